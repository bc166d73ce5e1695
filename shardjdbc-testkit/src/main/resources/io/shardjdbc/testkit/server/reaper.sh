# Removes the directory $1 and its lock file $2, with all servers that run in it, once standard
# input ends. Signals that a terminal sends to all its programs are not for this one.
trap '' INT HUP TERM
while read -r _; do :; done

arguments() {
  if [ -d /proc/self ]; then
    tr '\0' ' ' <"/proc/$1/cmdline"
  else
    ps -o command= -p "$1"
  fi 2>/dev/null
}

# The server of a data directory, if it is still that: process numbers are used again.
server_of() {
  pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && arguments "$pid" | grep -qF -- "$1"
}

servers() {
  for file in "$1"/*/data/postmaster.pid; do
    data=${file%/postmaster.pid}
    server_of "$data" && echo "$pid"
  done
}

# A killed server leaves a small segment of System V shared memory; the file says which.
free_segment() {
  segment=$(sed -n '7s/^ *[0-9][0-9]*  *\([0-9][0-9]*\) *$/\1/p' "$1" 2>/dev/null)
  [ -n "$segment" ] && ipcrm -m "$segment" 2>/dev/null
}

# Where there is no /proc, a server itself kills its frozen children after 5 s.
thaw() {
  if grep -q '^State:[[:space:]]*T' "/proc/$1/status"; then
    for child in $(grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status | cut -d/ -f3); do
      kill -CONT "$child"
    done
  fi
  kill -CONT "$1"
}

# An immediate shut-down ends a server's processes within milliseconds, once they are awake.
for pid in $(servers "$1"); do
  kill -QUIT "$pid"
  thaw "$pid"
done 2>/dev/null
rounds=0
while [ -n "$(servers "$1")" ] && [ $rounds -lt 400 ]; do
  sleep 0.02 2>/dev/null || sleep 1
  rounds=$((rounds + 1))
done
for pid in $(servers "$1"); do
  kill -KILL "$pid" 2>/dev/null
done
for file in "$1"/*/data/postmaster.pid; do
  [ -f "$file" ] && free_segment "$file"
done

# Something that was just starting may still write: it ends when its directory is gone.
rounds=0
while [ -e "$1" ] && [ $rounds -lt 100 ]; do
  rm -rf "$1" 2>/dev/null && break
  rounds=$((rounds + 1))
  sleep 0.05 2>/dev/null || sleep 1
done
[ -e "$1" ] && exit 1
rm -f "$2"
