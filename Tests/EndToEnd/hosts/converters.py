"""Run by a Python that has the hosts' own libraries: has each convert the tools of a server.

`converters.py SERVER …` prints for each library and tool the schema that its model would be given, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any
from unittest.mock import MagicMock

from agents.mcp.util import MCPUtil
from google.genai._mcp_utils import mcp_to_gemini_tool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer


def gemini(tool: Any) -> Any:
    """By google-genai."""
    declaration = mcp_to_gemini_tool(tool).function_declarations[0]
    return declaration.parameters.model_dump(mode="json", exclude_none=True)


def openai(tool: Any, strict: bool) -> Any:
    """By openai-agents, whose server object only lends its name here."""
    server = MagicMock()
    server.name = "runpod"
    server.tool_input_guardrails = server.tool_output_guardrails = None
    server._get_needs_approval_for_tool.return_value = False
    server._get_failure_error_function.return_value = None
    return MCPUtil.to_function_tool(tool, server, strict).params_json_schema


async def main(command: list[str]) -> dict[str, dict[str, Any]]:
    """What each library makes of each tool."""
    parameters = StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ))
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools
        chains = await load_mcp_tools(session)
        return {
            "google-genai": {tool.name: gemini(tool) for tool in tools},
            "openai-agents": {tool.name: openai(tool, strict=False) for tool in tools},
            "openai-agents, strict": {tool.name: openai(tool, strict=True) for tool in tools},
            "langchain-mcp-adapters": {
                chain.name: convert_to_openai_tool(chain)["function"]["parameters"] for chain in chains
            },
            "pydantic-ai": {
                tool.name: OpenAIJsonSchemaTransformer(tool.inputSchema, strict=None).walk() for tool in tools
            },
            "pydantic-ai, strict": {
                tool.name: OpenAIJsonSchemaTransformer(tool.inputSchema, strict=True).walk() for tool in tools
            },
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(asyncio.wait_for(main(sys.argv[1:]), 120))))
