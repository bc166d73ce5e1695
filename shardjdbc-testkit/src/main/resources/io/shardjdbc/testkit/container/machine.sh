# One machine with a PostgreSQL server: sh -c THIS machine HOME VERB [ARGUMENTS].
# Runs as the user who owns the server; needs nothing but a shell, /proc and PostgreSQL's programs.
home=$1
verb=$2
shift 2
data=$home/data

# Sets pid. Numbers of ended processes are given to others: the name must be right too, which is
# that of a shell at first. One that nobody has buried yet still keeps others from starting.
running() {
  pid=$(cat "$home/pid" 2>/dev/null)
  case $(cat "/proc/$pid/comm" 2>/dev/null) in
    postgres | sh | setsid) return 0 ;;
    *) return 1 ;;
  esac
}

children() {
  grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status 2>/dev/null | cut -d/ -f3
}

case $verb in
  initialize) # [INITDB ARGUMENTS]
    initdb -D "$data" -A trust -U postgres -E UTF8 --no-sync --no-instructions --wal-segsize=1 \
      "$@" >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log"; exit 1; }
    printf 'host all all all trust\nhost replication all all trust\n' >>"$data/pg_hba.conf"
    ;;
  configure) # FILE LINES
    printf '%s' "$2" >>"$data/$1"
    ;;
  boot) # PORT CLUSTER_NAME
    setsid postgres -D "$data" -p "$1" -c cluster_name="$2" >>"$home/server.log" 2>&1 </dev/null &
    echo $! >"$home/pid"
    ;;
  running)
    running && echo yes || echo no
    ;;
  ready)
    if ! running; then
      echo ended
    elif [ "$(head -n 1 "$data/postmaster.pid" 2>/dev/null)" = "$pid" ]; then
      sed -n '8s/ *$//p' "$data/postmaster.pid"
    fi
    ;;
  signal) # NAME: to the server, which passes it on
    running || exit 0
    kill -s "$1" "$pid"
    ;;
  signal-all) # NAME: to every process of the server; held still first, it has no more children
    running || exit 0
    [ "$1" = CONT ] || kill -s STOP "$pid"
    for process in $(children "$pid") "$pid"; do
      kill -s "$1" "$process" 2>/dev/null
    done
    exit 0
    ;;
  standby) # PRIMARY_CONNINFO LINE
    : >"$data/standby.signal"
    printf '%s' "$1" >>"$data/postgresql.auto.conf"
    ;;
  copy) # HOST PORT
    rm -rf "$data"
    pg_basebackup -h "$1" -p "$2" -U postgres -D "$data" -X stream -c fast 2>&1
    ;;
  log) # LINES
    tail -n "$1" "$home/server.log"
    ;;
  *)
    echo "no verb $verb"
    exit 2
    ;;
esac
