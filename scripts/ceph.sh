#!/bin/bash
# A throw-away S3 server (Ceph RGW, one node, objects in memory) for `make test-s3`.
#
#   scripts/ceph.sh start [DIRECTORY] [PORT]    default var/ceph and 7480; waits until it answers
#   scripts/ceph.sh stop  [DIRECTORY]           ends its daemons and removes the directory
#   scripts/ceph.sh COMMAND [ARGUMENT...]       starts it in var/ceph, runs the command with JOINTREVIEW_TEST_S3
#                                               naming the server, stops it, ends as the command ended
#
# Runs as root on Debian: apt-get install --no-install-recommends radosgw ceph-mon ceph-osd ceph-mgr ceph-common
# Everything is written below DIRECTORY. Not for real documents: nothing survives a stop.
set -euo pipefail

ACTION=${1:-}
case "$ACTION" in
    start | stop) DIR=$(realpath -m "${2:-var/ceph}") PORT=${3:-7480} ;;
    *) DIR=$(realpath -m var/ceph) PORT=7480 ;;
esac
MON_PORT=$((PORT + 100))
MARK="$DIR/.throw-away-ceph"
ACCESS_KEY=${JOINTREVIEW_TEST_S3_ACCESS_KEY:-reviewtest}
SECRET_KEY=${JOINTREVIEW_TEST_S3_SECRET_KEY:-reviewtestsecret}
export CEPH_CONF="$DIR/ceph.conf"

fail() { echo "ceph.sh: $*" >&2; exit 1; }

# Ends only the daemons whose process numbers this directory holds, and waits for them to go.
stop_daemons() {
    local file pid
    for file in "$DIR"/run/*.pid; do
        [ -e "$file" ] || continue
        pid=$(cat "$file")
        grep -qa -e "$DIR" "/proc/$pid/environ" "/proc/$pid/cmdline" 2>/dev/null || continue
        kill "$pid" 2>/dev/null || continue
        for _ in $(seq 20); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        # A memory store has nothing to save; the ports must be free again before anybody starts anew.
        kill -9 "$pid" 2>/dev/null || continue
        for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    done
}

# Removes the directory only if this script made it.
remove() {
    [ -e "$MARK" ] || { [ ! -e "$DIR" ] && return 0; fail "$DIR was not made by this script; not touched"; }
    stop_daemons
    rm -rf "$DIR"
}

write_configuration() {
    cat > "$CEPH_CONF" <<CONF
[global]
fsid = $1
mon host = v2:127.0.0.1:$MON_PORT
public addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
mon max pg per osd = 2000
mon allow pool size one = true
mon data avail warn = 1
mon data avail crit = 1
osd objectstore = memstore
memstore device bytes = 4294967296
keyring = $DIR/keyring
run dir = $DIR/run
crash dir = $DIR/crash
admin socket = $DIR/run/\$name.asok
pid file = $DIR/run/\$name.pid
log file = $DIR/log/\$name.log
mon cluster log file = $DIR/log/cluster.log
mon data = $DIR/mon
osd data = $DIR/osd
mgr data = $DIR/mgr
rgw data = $DIR/rgw
rgw dns name = 127.0.0.1
CONF
}

start() {
    local tool fsid osd
    for tool in ceph-mon ceph-osd ceph-mgr radosgw radosgw-admin uuidgen; do
        command -v "$tool" >/dev/null || fail "$tool is missing; see the packages at the head of this script"
    done
    [ "$(id -u)" = 0 ] || fail "must run as root"
    remove
    mkdir -p "$DIR"/{mon,osd,mgr,rgw,run,log,crash}
    touch "$MARK"
    fsid=$(uuidgen)
    write_configuration "$fsid"

    ceph-authtool --create-keyring "$DIR/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
    ceph-authtool "$DIR/keyring" --gen-key -n client.admin \
        --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
    monmaptool --create --addv a "[v2:127.0.0.1:$MON_PORT]" --fsid "$fsid" "$DIR/monmap" >/dev/null
    ceph-mon --mkfs -i a --monmap "$DIR/monmap" --keyring "$DIR/keyring"
    ceph-mon -i a
    {
        ceph auth get-or-create osd.0 mon 'allow profile osd' mgr 'allow profile osd' osd 'allow *'
        ceph auth get-or-create mgr.x mon 'allow profile mgr' osd 'allow *' mds 'allow *'
        ceph auth get-or-create client.rgw.a mon 'allow rw' osd 'allow rwx'
    } >> "$DIR/keyring"
    osd=$(uuidgen)
    ceph osd new "$osd" 0 >/dev/null
    ceph-osd -i 0 --mkfs --osd-uuid "$osd" >/dev/null 2>&1
    ceph-osd -i 0 >/dev/null
    ceph-mgr -i x
    for _ in $(seq 80); do ceph osd stat 2>/dev/null | grep -q '1 up' && break; sleep 0.5; done
    ceph osd set noscrub >/dev/null 2>&1
    radosgw -n client.rgw.a --rgw-frontends "beast endpoint=127.0.0.1:$PORT"
    for _ in $(seq 240); do
        curl -s -o /dev/null "http://127.0.0.1:$PORT/" && break
        sleep 0.5
    done
    curl -s -o /dev/null "http://127.0.0.1:$PORT/" || fail "no answer on port $PORT; see $DIR/log"
    radosgw-admin user create --uid=test --display-name=test \
        --access-key="$ACCESS_KEY" --secret-key="$SECRET_KEY" >/dev/null
    echo "S3 answers at http://127.0.0.1:$PORT (access key $ACCESS_KEY, secret key $SECRET_KEY)"
}

case "$ACTION" in
    start) start ;;
    stop) remove ;;
    "" | -*) fail "usage: ceph.sh start [DIRECTORY] [PORT] | stop [DIRECTORY] | COMMAND [ARGUMENT...]" ;;
    *)
        trap remove EXIT
        start
        JOINTREVIEW_TEST_S3="http://127.0.0.1:$PORT" "$@"
        ;;
esac
