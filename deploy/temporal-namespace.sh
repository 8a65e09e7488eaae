#!/bin/sh
# Makes the namespace, sets its retention, registers the checkout's search attributes, and waits until they
# can be used. May run any number of times. TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and RETENTION say what.
set -eu

TRIES=60
SEARCH_ATTRIBUTES="EventId=Keyword CheckoutStatus=Keyword NeedsAttention=Bool"

# A server that has just started, and a namespace that was just made, refuse calls for some seconds.
eventually() {
  tries=0
  until "$@" >/tmp/answer 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -ge "$TRIES" ]; then
      echo "gave up on: $*" >&2
      cat /tmp/answer >&2
      exit 1
    fi
    sleep 1
  done
}

there_or_made() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
}

registered() {
  temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" | grep -q "^ *$1 " ||
    temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type "$2"
}

eventually there_or_made
eventually temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
echo "namespace $TEMPORAL_NAMESPACE keeps closed checkouts for $RETENTION"

for attribute in $SEARCH_ATTRIBUTES; do
  eventually registered "${attribute%%=*}" "${attribute##*=}"
done
eventually temporal workflow count --namespace "$TEMPORAL_NAMESPACE" \
  --query "EventId = 'probe' AND CheckoutStatus = 'probe' AND NeedsAttention = true"
echo "search attributes are ready: $SEARCH_ATTRIBUTES"
