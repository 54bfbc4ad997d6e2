/// The scripts that receive a copy on a pod and put it where it is to be, by the rules of `CopyDestination.commit`.
///
/// Variables: `d` is the destination, `p` and `b` its folder and its name there, `n` what the copy is called in a folder, `t`
/// the folder in which it comes together, `r` a part of it with a slash before it.
enum PodMerge {
  /// Exit code: something is in the way, which is never replaced.
  static let inTheWay = 69

  /// Enters the folder that the copy is to be in, and sets `f` to its name there and `e` to where it comes together.
  static let enter = """
    unset CDPATH
    e=$t/copy
    in_the_way() { printf '%s\\n' "$1" >&2; exit \(inTheWay); }
    cd || exit
    case $d in */) mkdir -p -- "$d" || exit ;; esac
    if [ -d "$d" ]; then
      cd -- "$d" || exit
      f=./$n
    else
      mkdir -p -- "$p" && cd -- "$p" || exit
      f=./$b
      if [ -L "$f" ]; then
        l=$(readlink -fn -- "$f" && printf x) || in_the_way "$b is a link that leads nowhere"
        l=${l%x}
        cd -- "${l%/*}/" || exit
        f=./${l##*/}
      fi
    fi
    special=
    if [ ! -L "$f" ] && [ -e "$f" ] && [ ! -f "$f" ] && [ ! -d "$f" ]; then special=1; fi
    """

  /// Ends when a device, a fifo or a socket is at the destination.
  private static let refuseSpecial =
    #"[ -z "$special" ] || in_the_way "${f#./} is a device, a fifo or a socket""#

  /// Writes a file into the device or the fifo that is at the destination. A fifo has to have a reader within ten seconds.
  private static let pour = #"""
    if [ "$special" ]; then
      [ ! -S "$f" ] || in_the_way "${f#./} is a socket"
      printf 'none\0\0'
      read -r how && [ "$how" = stream ] || exit
      if [ -p "$f" ]; then
        (sleep 10 2>/dev/null; echo "nothing reads from ${f#./}" >&2; kill $$) </dev/null >/dev/null &
      fi
      exec 3>"$f"
      [ -z "$!" ] || kill $!
      cat >&3 && exit
      c=$?
      [ $c -lt 128 ] || echo "what read from it has ended" >&2
      exit $c
    fi
    """#

  /// A folder that somebody else has put in this place is not ours to fill.
  static let own = #"[ -O "$t" ] && [ ! -L "$t" ] || { printf '%s is not ours\n' "$PWD/$t" >&2; exit 1; }"#

  /// Makes the folder unless it may be there. Links that came before could lead a file elsewhere.
  static func make(resumes: Bool) -> String {
    """
    umask 077; \(resumes ? "[ -d \"$t\" ] || " : "")mkdir -- "$t" || exit; umask 022
    \(own)
    find "$t" -type l -exec rm -f {} +
    """
  }

  /// Tells what tar there is and where the folder is, each ended by a zero byte, and has it filled. The folder is empty when
  /// there is none, and a stream of bytes is awaited instead.
  ///
  /// - Parameter isFile: Whether the copy is one file.
  static func begin(resumes: Bool, isFile: Bool) -> String {
    """
    \(isFile ? pour : refuseSpecial)
    \(make(resumes: resumes))
    \(PodTar.look)printf '%s\\0%s\\0' "$tar" "$PWD/$t"
    read -r how && case $how in
    files) ;;
    # Links that lead up are made at once, and not after the times of their folders are set, since the names are ours.
    stream) [ $tar = gnu ] && exec tar -xpoP -f - -C "$t"; exec tar -xpo -f - -C "$t" ;;
    esac
    """
  }

  /// `spoil SIZE` is for `CopyDestination.spoil`.
  static let spoil = """
    spoil() {
      w=$e$r
      [ ! -L "$w" ] && [ -f "$w" ] || return 0
      [ "$(stat -c %s "$w")" -le "$1" ] || : | dd of="$w" bs=1 seek="$1" count=0 2>/dev/null
      touch "$w"
    }

    """

  /// Under another name at first: a server of files may still be about to put one in there.
  static let remove = #"mv "$t" "$t-" 2>/dev/null; rm -rf "$t" "$t-""#

  /// Puts what came where it is to be, and prints the links that gave way, each ended by `//` and a line break.
  ///
  /// What is there is looked at before anything is changed. In a tree with links that are in the way of folders, the folders
  /// are made first, and what is in each is put there by itself: `cp` would refuse.
  static let commit = #"""
    \#(refuseSpecial)
    [ -e "$e" ] || [ -L "$e" ] || { echo "nothing came" >&2; exit 1; }
    fail() { echo "$1" >&2; exit 1; }
    put() {
      m=
      if [ -d "$e" ] && [ ! -L "$e" ] && [ ! -w "$e" ]; then m=$(stat -c %a "$e") && chmod u+w "$e" || exit; fi
      mv -f -- "$e" "$f" || fail "renaming failed"
      [ -z "$m" ] || chmod "$m" "$f"
    }
    merge() {
      here=$PWD
      F=$here/$f
      notes=$here/$t/notes
      root=$(cd "$f" && pwd -P && printf x) || exit
      root=${root%?x}
      inside='inside() { l=$(cd "$1" 2>/dev/null && pwd -P && printf x) && case ${l%?x}/ in "$root"/*) ;; *) false ;; esac; }
        '
      export F root
      cd "$e" || exit
      links=$(find . -type d -exec sh -c 'for p; do [ ! -L "$F/$p" ] || echo 1; done' sh {} + | head -n 1)
      export links
      found=$(find . -exec sh -c "$inside"'
        for p; do
          q=$F/$p
          [ -e "$q" ] || [ -L "$q" ] || continue
          # What is behind a link that gives way is not in the way.
          if [ "$links" ] && [ "$p" != . ] && ! inside "$F/${p%/*}"; then continue; fi
          if [ -L "$p" ] || [ ! -d "$p" ]; then
            if [ -L "$q" ]; then [ -L "$p" ] || printf "%s//\n" "$p" >&3
            elif [ -d "$q" ]; then printf "%s is a folder\n" "${p#./}"
            elif [ ! -f "$q" ]; then printf "%s is a device, a fifo or a socket\n" "${p#./}"; fi
          elif [ -L "$q" ]; then inside "$q" || printf "%s//\n" "$p" >&3
          elif [ -f "$q" ]; then printf "%s is a file\n" "${p#./}"
          elif [ ! -d "$q" ]; then printf "%s is a device, a fifo or a socket\n" "${p#./}"; fi
        done' sh {} + 3>"$notes")
      [ -z "$found" ] || in_the_way "$found"
      if [ -s "$notes" ] || [ "$links" ]; then
        find . -exec sh -c "$inside"'
          for p; do
            q=$F/$p
            if [ -L "$p" ] || [ ! -d "$p" ]; then
              if [ -L "$q" ]; then rm -f -- "$q" || exit; fi
            else
              if [ -L "$q" ] && ! inside "$q"; then rm -f -- "$q" || exit; fi
              [ -d "$q" ] || mkdir -- "$q" || exit
            fi
          done' sh {} + || fail "merging failed"
      fi
      if [ -z "$links" ] && cp -alf . "$F" 2>/dev/null; then :
      else
        put='q=$0; cp -plPf -- "$@" "$q/" 2>/dev/null || cp -pPf -- "$@" "$q/"'
        # As a value, since find would put names in its place in the text as well.
        names='{}'
        export put names
        find . -type d -exec sh -c '
          for p; do
            q=$F/$p
            [ -d "$q" ] || mkdir -- "$q" || exit
            find "$p" -mindepth 1 -maxdepth 1 ! -type d -exec sh -c "$put" "$q" "$names" + || exit
          done' sh {} + || fail "merging failed"
        find . -depth -type d -exec sh -c '
          for p; do touch -r "$p" -- "$F/$p" && chmod "$(stat -c %a "$p")" "$F/$p" || exit; done' sh {} + || exit
      fi
      cat "$notes"
      cd "$here" || exit
    }
    if [ ! -d "$e" ] || [ -L "$e" ]; then
      [ -L "$f" ] || [ ! -d "$f" ] || in_the_way "${f#./} is a folder"
      if [ -L "$f" ]; then
        [ -L "$e" ] || echo .//
        rm -f -- "$f" || exit
      fi
      put
    elif [ -L "$f" ]; then
      echo .//
      rm -f -- "$f" || exit
      put
    elif [ -d "$f" ]; then merge
    elif [ -e "$f" ]; then in_the_way "${f#./} is a file"
    else put
    fi
    rm -rf "$t"
    """#
}
