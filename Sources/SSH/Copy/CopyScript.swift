import Subprocess

/// The scripts of a copy, in shell, the same here and on a pod: a tar stream goes into a directory of its own beside
/// the destination, and what came is given its name only when all of it is there.
struct CopyScript: Sendable {
  /// The destination as an expression of the shell.
  let destination: String
  /// What the copy is called when the destination is a folder.
  let name: String
  /// What it is called in the stream.
  let entry: String
  /// Where it is taken from.
  let directory: String
  /// Tells this copy's directory from others'.
  let token: String
  /// Whether the directory may be there from before and outlives a failure.
  let resumes: Bool

  /// Tells what is at `path`, an expression of the shell: its directory, its name, and about how many bytes it has.
  /// Exits with 66 when nothing is there.
  static func look(_ path: String) -> String {
    """
    r=$(readlink -f -- \(path)) && [ -e "$r" ] || exit 66
    dirname -- "$r"; basename -- "$r"; du -sk -- "$r" | cut -f 1
    """
  }

  /// Prints the stream of everything.
  var send: String { "exec tar -c -f - -C \(shellQuoted(directory)) -- \(shellQuoted(entry))" }

  /// Prints the stream of the entries that it reads the names of, each ended by a zero byte.
  var sendSome: String { "exec tar -c -f - -C \(shellQuoted(directory)) --no-recursion --null -T -" }

  /// Reads the stream; prints the directory that it went into.
  var receive: String {
    """
    \(preamble)
    \(begin)
    tar -xpo -f - -C "$t" || { s=$?; \(resumes ? "" : "rm -rf \"$t\"; ")exit $s; }
    printf %s "$PWD/$t"
    """
  }

  /// Prints what an earlier copy has left: mode, bytes, time and name of each entry. Nothing when there is none.
  var left: String {
    """
    \(preamble)
    [ -d "$t" ] || exit 0
    \(own)
    cd "$t" && \(Self.list("./\(entry)"))
    """
  }

  /// The same of what has the final name already, from there on.
  var present: String {
    """
    \(preamble)
    [ ! -L "$f" ] || exit 0
    if [ -d "$f" ]; then cd -- "$f" && \(Self.list("."))
    elif [ -f "$f" ]; then stat -c '%f %s %Y .' "$f"; fi
    """
  }

  /// The same of the source. Exits with 65 when its tar cannot send some entries only.
  var wanted: String {
    """
    tar --version 2>/dev/null | grep -q GNU || exit 65
    cd \(shellQuoted(directory)) && \(Self.list("./\(entry)"))
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
      (cd "$t/$e" && find . -type d) | while IFS= read -r p; do
        if [ -L "$f/$p" ]; then echo "$f/$p is a link" >&2; exit 1; fi
      done || fail "nothing was copied"
      cp -alf "$t/$e/." "$f" 2>/dev/null ||
        (tar -c -f - -C "$t/$e" . || mkdir "$t/failed") | tar -xpo -f - -C "$f" && [ ! -e "$t/failed" ] ||
        fail "merging failed"
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

  /// Makes the directory unless it may be there. Links that came before could lead a file elsewhere.
  var begin: String {
    """
    umask 077; \(resumes ? "[ -d \"$t\" ] || " : "")mkdir "$t" || exit; umask 022
    \(own)
    find "$t" -type l -exec rm -f {} +
    """
  }

  /// Enters the folder that the copy is to be in; sets its name there and the name of the directory beside it.
  var preamble: String {
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

  /// A directory that somebody else has put in this place is not ours to fill.
  private var own: String { "[ -O \"$t\" ] && [ ! -L \"$t\" ] || { echo \"$PWD/$t is not ours\" >&2; exit 1; }" }

  private static func list(_ path: String) -> String {
    "find \(shellQuoted(path)) -exec stat -c '%f %s %Y %n' {} +"
  }
}
