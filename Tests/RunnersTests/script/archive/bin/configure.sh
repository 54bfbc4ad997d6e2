# Needs a good token, and leaves its files. Keeps what it was given for the tests to look at.
printf '%s\n' "$@" >config-arguments
env >config-environment
if [ "$1" = remove ]; then
  if [ "$2" != --local ] && [ "$ACTIONS_RUNNER_INPUT_TOKEN" != good-remove-token ]; then
    echo "Failed: Removing runner from the server" >&2
    exit 1
  fi
  rm -f .runner .credentials
  echo "√ Runner removed successfully"
  exit 0
fi
if [ -f .runner ]; then echo "Cannot configure the runner because it is already configured." >&2; exit 1; fi
touch .credentials
if [ "${ACTIONS_RUNNER_INPUT_RUNNERGROUP:-Default}" != Default ]; then
  echo "Could not find any self-hosted runner group named \"$ACTIONS_RUNNER_INPUT_RUNNERGROUP\"." >&2
  exit 1
fi
if [ "$ACTIONS_RUNNER_INPUT_NAME" = taken ]; then echo "A runner exists with the same name taken." >&2; exit 1; fi
if [ "$ACTIONS_RUNNER_INPUT_NAME" = old ]; then
  echo "|            RUNNER UPDATE REQUIRED            |" >&2
  ACTIONS_RUNNER_INPUT_TOKEN=''
fi
if [ "$ACTIONS_RUNNER_INPUT_TOKEN" != good-token ]; then
  echo "Http response code: NotFound from 'POST https://api.github.com/actions/runner-registration'" >&2
  exit 1
fi
printf '\xef\xbb\xbf{\n  "agentId": 42,\n  "agentName": "%s",\n  "ephemeral": %s,\n  "gitHubUrl": "%s"\n}\n' \
  "$ACTIONS_RUNNER_INPUT_NAME" "${ACTIONS_RUNNER_INPUT_EPHEMERAL:-false}" "$ACTIONS_RUNNER_INPUT_URL" >.runner
echo "√ Runner successfully added"
exit 0
