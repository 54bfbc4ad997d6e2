"""The smallest server that pygls makes."""

from pygls.lsp.server import LanguageServer

LanguageServer("benchmark", "1").start_io()
