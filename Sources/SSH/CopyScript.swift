import Subprocess

/// The receiving end of a copy, in shell, the same here and on a pod: a tar stream goes into a directory of its own
/// beside the destination, and what came is given its name only when all of it is there.
struct CopyScript: Sendable {
  /// The destination as an expression of the shell.
  let destination: String
  /// What the copy is called when the destination is a folder.
  let name: String
  /// What it is called in the stream.
  let entry: String
  /// Tells this copy's directory from others'.
  let token: String

  /// Reads the stream; prints the directory that it went into.
  var receive: String {
    """
    \(preamble)
    umask 077; mkdir "$t" || exit; umask 022
    tar -xpo -f - -C "$t" || { s=$?; rm -rf "$t"; exit $s; }
    printf %s "$PWD/$t"
    """
  }

  /// Gives what came its name. A folder is merged into one that exists; nothing is written through a link.
  var commit: String {
    """
    \(preamble)
    fail() { echo "$1" >&2; rm -rf "$t"; exit 1; }
    e=\(shellQuoted(entry))
    [ -e "$t/$e" ] || [ -L "$t/$e" ] || fail "the stream held no $e"
    if [ -L "$f" ]; then
      fail "$f is a link"
    elif [ -d "$f" ]; then
      [ -d "$t/$e" ] && [ ! -L "$t/$e" ] || fail "$f is a folder"
      (tar -c -f - -C "$t/$e" . || mkdir "$t/failed") | tar -xpo -f - -C "$f" && [ ! -e "$t/failed" ] || fail "merging failed"
    else
      if [ -e "$f" ] && [ -d "$t/$e" ]; then fail "$f is a file"; fi
      mv -f -- "$t/$e" "$f" || fail "renaming failed"
    fi
    rm -rf "$t"
    """
  }

  /// Removes what came.
  var discard: String {
    """
    \(preamble)
    rm -rf "$t"
    """
  }

  /// Enters the folder that the copy is to be in; sets its name there and the name of the directory beside it.
  private var preamble: String {
    """
    d=\(destination); f=\(shellQuoted(name)); t=.runpod-rpc-\(token)
    case $d in */) mkdir -p -- "$d" || exit ;; esac
    if [ ! -d "$d" ]; then
      f=$(basename -- "$d"); d=$(dirname -- "$d"); mkdir -p -- "$d" || exit
    fi
    cd -- "$d" || exit
    case $f in -*) f=./$f ;; esac
    """
  }
}
