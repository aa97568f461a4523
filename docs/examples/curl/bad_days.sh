#!/bin/sh
# Tests what curl makes of a bad day, against a stub of Twilio's users: ./bad_days.sh
set -eu

folder=$(mktemp -d)
mkfifo "$folder/url"
"${TWILIO_USERS:-twilio-users}" serve >"$folder/url" 2>"$folder/log" &
stub=$!
trap 'kill "$stub" && wait "$stub"; rm -r "$folder"' EXIT
read -r url <"$folder/url" # it is ready when it has said its base URL

control() { # control NAME [BODY]
    curl --silent --show-error --fail-with-body --data "${2-}" "$url/__twilio_users__/$1"
}

create() { # create [OPTION…]
    curl --silent --output /dev/null --user AC0:made-up \
        --data-urlencode Identity=ada "$@" "$url/v1/Users"
}

made() { # how many users there are
    curl --silent --fail "$url/__twilio_users__/state" | grep -c '"identity": "ada"' || true
}

# ends WITH USERS FAULT [OPTION…]: after a fault curl ends with this code, and so many users are there
ends() {
    code=$1 users=$2 fault=$3
    shift 3
    control reset
    control fault "{\"operation\": \"create_user\", $fault}"
    ended=0
    create "$@" || ended=$?
    if [ "$ended $(made)" != "$code $users" ]; then
        echo "not ok: $fault: curl ended with $ended, users: $(made); expected $code, $users"
        cat "$folder/log"
        exit 1
    fi
    echo "ok: $fault: curl ends with $code, users: $users"
}

ends 56 0 '"fault": "connection_reset"'
ends 52 1 '"fault": "answer_lost"'
ends 18 1 '"fault": "body_cut", "arguments": {"after": 10}'
ends 28 0 '"fault": "read_timeout"' --max-time 0.05
ends 28 1 '"fault": "slow", "arguments": {"seconds": 30}' --max-time 0.05
ends 0 1 '"fault": "slow", "arguments": {"seconds": 0.05}'
ends 22 0 '"fault": "html_body", "arguments": {"status": 502}' --fail
ends 22 0 '"fault": "refused", "arguments": {"name": "too_many_requests", "retry_after": 1}' --fail
# curl sends again what was refused for the moment, when Retry-After says so
ends 0 1 '"fault": "refused", "arguments": {"name": "unavailable", "retry_after": 0}, "times": 1' \
    --fail --retry 1 --retry-delay 0

# On a connection that it has used before, curl sends by itself again: the user is there already.
control reset
control fault '{"operation": "create_user", "fault": "answer_lost", "times": 1}'
status=$(curl --silent --output /dev/null --user AC0:made-up "$url/v1/Users" --next \
    --silent --output /dev/null --user AC0:made-up --data-urlencode Identity=ada \
    --write-out '%{http_code}' "$url/v1/Users")
if [ "$status" != 409 ]; then
    echo "not ok: a lost answer on a connection that was used before: $status; expected 409"
    exit 1
fi
echo "ok: a lost answer on a connection that was used before: curl sends again, 409"
