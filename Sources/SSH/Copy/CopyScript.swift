import Subprocess

/// The scripts of a copy, in shell, the same here and on a pod: what comes goes into a directory of its own beside the
/// destination, and is given its name only when all of it is there.
struct CopyScript: Sendable {
  /// Exit codes: there is no source; something that came is neither file, folder nor link.
  static let nothingThere = 66
  static let holdsDevice = 67

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

  /// Tells what is at `path`, an expression of the shell: each entry's mode, bytes, time and name, and then, each after a
  /// zero byte, its directory and its own name. Exits with `nothingThere`.
  static func look(_ path: String) -> String {
    """
    r=$(readlink -f -- \(path)) && [ -e "$r" ] || exit \(nothingThere)
    d=$(dirname -- "$r") n=$(basename -- "$r") && cd -- "$d" && \(list("\"./$n\"")) && printf '\\0%s' "$d" "$n"
    """
  }

  /// Prints the stream of everything.
  var send: String { "exec tar -c -f - -C \(shellQuoted(directory)) -- \(shellQuoted(entry))" }

  /// Prints the stream of the entries that it reads the names of, each ended by a zero byte; of everything
  /// where the program tar sends folders only with what is in them.
  var sendSome: String {
    """
    tar --version 2>/dev/null | grep -q GNU || { \(send); }
    exec tar -c -f - -C \(shellQuoted(directory)) --no-recursion --null -T -
    """
  }

  /// The line that `receive` reads.
  enum Filling: String, Sendable {
    /// The stream follows.
    case stream
    /// Somebody else has put the files in place.
    case files

    var line: [UInt8] { Array("\(rawValue)\n".utf8) }
  }

  /// Makes the directory, prints its path, ended by a zero byte, and has it filled.
  ///
  /// - Parameter cleaning: For what comes from elsewhere: takes away the bits that let a file run as its owner, and exits
  ///   with `holdsDevice`.
  func receive(cleaning: Bool) -> String {
    """
    \(preamble)
    \(begin)
    printf '%s\\0' "$PWD/$t"
    read -r how && case $how in
    \(Filling.files) ) ;;
    \(Filling.stream) ) tar -xpo -f - -C "$t"\(cleaning ? " && \(clean)" : "") ;;
    esac || { s=$?; \(resumes ? "" : "\(remove); ")exit $s; }
    """
  }

  /// Tells what keeps a file in the directory from being written, in the system's own words.
  var tryWriting: String {
    """
    \(preamble)
    head -c 65536 /dev/zero >"$t/try"
    rm -f "$t/try"
    """
  }

  /// Prints what an earlier copy has left, as `look`. Nothing when there is none.
  var left: String {
    """
    \(preamble)
    [ -d "$t" ] || exit 0
    \(own)
    cd "$t" && \(Self.list(shellQuoted("./\(entry)")))
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

  /// Gives what came its name. A folder is merged into one that exists; nothing is written through a link.
  var commit: String {
    """
    \(preamble)
    fail() { echo "$1" >&2; \(remove); exit 1; }
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
    \(remove)
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

  private var clean: String {
    """
    { [ -z "$(find "$t" ! -type f ! -type d ! -type l | head -n 1)" ] || (exit \(Self.holdsDevice)); } &&
      find "$t" -type f \\( -perm -4000 -o -perm -2000 \\) -exec chmod ug-s {} +
    """
  }

  /// Under another name at first: a server of files may still be about to put one in there.
  private var remove: String { #"{ mv "$t" "$t-" 2>/dev/null; rm -rf "$t" "$t-"; }"# }

  /// A directory that somebody else has put in this place is not ours to fill.
  private var own: String { "[ -O \"$t\" ] && [ ! -L \"$t\" ] || { echo \"$PWD/$t is not ours\" >&2; exit 1; }" }

  private static func list(_ path: String) -> String {
    "find \(path) -exec stat -c '%f %s %Y %n' {} +"
  }
}
