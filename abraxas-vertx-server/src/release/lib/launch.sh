# shellcheck shell=bash
# What the scripts in bin have in common: finds Java and the class path, and
# starts a JVM. It is sourced by them.

# ------------------------------------------------------------------ JVM options
# One event loop does the work and most objects die young: the serial collector
# costs the least. Out of memory ends the process, so that a supervisor starts a
# healthy one. ABRAXAS_JAVA_OPTS comes last and therefore wins; only a second
# collector would be an error, so ours gives way to it.
jvm_options=(
  -Xms256m
  "-Xmx${ABRAXAS_HEAP:-1g}"
  -XX:+ExitOnOutOfMemoryError
)
[[ ${ABRAXAS_JAVA_OPTS:-} =~ -XX:\+Use[A-Za-z0-9]*GC ]] || jvm_options+=(-XX:+UseSerialGC)
read -ra own_options <<<"${ABRAXAS_JAVA_OPTS:-}"

# What Hazelcast asks for, beyond what every Java class may use.
cluster_options=(
  --add-exports java.base/jdk.internal.ref=ALL-UNNAMED
  --add-opens java.base/java.lang=ALL-UNNAMED
  --add-opens java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens java.management/sun.management=ALL-UNNAMED
  --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED
)
# ------------------------------------------------------------------------------

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
java_version=

fail() {
  echo "${0##*/}: $1" >&2
  exit "${2:-1}"
}

# Sets java_version, such as 17.0.15.
find_java() {
  local program text=
  program=$(command -v "$java") ||
    fail "no Java found at '$java': install Java 17 or newer, or set JAVA_HOME"
  program=$(readlink -f "$program")
  # Every JDK says there what it is. Asking the program itself takes a tenth of a second.
  local said=${program%/bin/java}/release
  [[ ! -r $said ]] || text=$(<"$said")
  if [[ ! $text =~ JAVA_VERSION=\"([0-9._]+) ]]; then
    text=$("$java" -version 2>&1) || fail "'$java -version' fails: $text"
    # version "17.0.15" or, up to Java 8, version "1.8.0_402"
    [[ $text =~ version\ \"([0-9._]+) ]] || fail "cannot tell which Java '$java' is: $text"
  fi
  java_version=${BASH_REMATCH[1]}
  ((${java_version%%.*} >= 17)) ||
    fail "Java 17 or newer is needed, but '$java' is $java_version"
  # Since Java 22 loading a native library, as Netty does, needs a word of consent.
  ((${java_version%%.*} < 22)) || jvm_options+=(--enable-native-access=ALL-UNNAMED)
}

# Prints the jars of a folder as a class path, in the same order every time.
jars() {
  local IFS=:
  local all=("$1"/*.jar)
  echo "${all[*]}"
}

# Keeps the classes that a start loads in an archive, which halves the time until
# the next ones listen, and uses it. What goes wrong here costs time and nothing
# else, so nothing is said of it: a folder that cannot be written, an archive that
# does not fit. Its name tells for which Java and for which of our classes it is.
use_class_archive() {
  local folder=${ABRAXAS_CACHE:-$home/lib} sum archive
  sum=$(cat "$home"/lib/abraxas-*.jar | cksum)
  archive=$folder/abraxas-$java_version-${sum%% *}.jsa
  if [[ ! -f $archive ]]; then
    # Under another name first: Java crashes on a half-written archive.
    local fresh=$archive.$$ rehearsal=
    # Who stops us now means the server, which did not start yet.
    trap abandon_rehearsal TERM INT HUP USR1
    if ! { : >"$fresh"; } 2>/dev/null; then
      trap - TERM INT HUP USR1
      return 0
    fi
    "$java" "${jvm_options[@]}" -XX:ArchiveClassesAtExit="$fresh" -cp "$(jars "$home/lib")" \
      -Dabraxas.rehearsal=true io.abraxas.server.Main --listen=127.0.0.1:0 &>/dev/null &
    rehearsal=$!
    wait "$rehearsal" || true
    trap - TERM INT HUP USR1
    if [[ ! -s $fresh ]] || ! mv -f "$fresh" "$archive" 2>/dev/null; then
      rm -f "$fresh"
      return 0
    fi
  fi
  jvm_options+=(-XX:SharedArchiveFile="$archive" -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off)
}

abandon_rehearsal() {
  # Disowned, since otherwise bash tells of its death.
  [[ -z $rehearsal ]] || { disown "$rehearsal" && kill -KILL "$rehearsal"; }
  rm -f "$fresh"
  exit 0
}

# For a node of a cluster: puts the jars of Hazelcast before what class_path says, and what
# they ask for into more_options. They are apart since Vert.x loads every cluster manager it
# finds, and with it much of Hazelcast.
load_cluster() {
  class_path=$(jars "$home/lib/cluster")${class_path:+:$class_path}
  more_options+=("${cluster_options[@]}")
}

# start_java [JVM options] MAIN_CLASS [arguments]: becomes that JVM. Its class path
# is ours and, behind that, what class_path says.
class_path=
start_java() {
  find_java
  use_class_archive
  exec "$java" "${jvm_options[@]}" ${own_options[@]+"${own_options[@]}"} \
    -cp "$(jars "$home/lib")${class_path:+:$class_path}" "$@"
}
