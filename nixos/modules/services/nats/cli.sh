# The command line as people type it: 'nats server …' asks the system account, everything else goes to
# the platform's account. Who names a server, a user or a context himself is left alone.
contexts=@contexts@
chosen=${NATS_CONTEXT:-}${NATS_URL:-}${NATS_USER:-}${NATS_CREDS:-}
command=
for word; do
  case $word in
  -s | -s?* | --server | --server=* | --context | --context=* | --user | --user=* | --creds | --creds=* | --no-context)
    chosen=yes
    ;;
  -*) ;;
  *) [ -n "$command" ] || command=$word ;;
  esac
done
if [ -z "$chosen" ]; then
  case $command in
  server | srv | s | top | audit | traffic) context=$contexts/system.json ;;
  *) context=$contexts/rave.json ;;
  esac
  if [ -r "$context" ]; then
    export NATS_CONTEXT=$context
  elif [ -e "$context" ] || [ -d "$contexts" ]; then
    echo "nats: $context is for root and the group @group@; without it you are nobody to the server" >&2
  fi
fi
exec @nats@ "$@"
