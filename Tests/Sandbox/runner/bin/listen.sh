#!/bin/bash
# `run.sh`: one session, a message at a time, a worker a job.
# shellcheck disable=SC2034,SC2154 # the names are service.sh's and options.sh's

jit() { # BLOB: a JSON map of files, all in base64
  local file content
  base64 -d <<<"$1" | tr ',' '\n' | sed -n 's/.*"\(\.[a-z_]*\)" *: *"\([^"]*\)".*/\1 \2/p' |
    while read -r file content; do
      (umask 077 && base64 -d <<<"$content" >"$file")
    done
}

forget_configuration() { rm -f .runner .credentials .credentials_rsaparams; }

stopping='' worker='' job='' poll='' listened=''
interrupt() {
  [ -z "$stopping" ] || return 0
  stopping=yes
  echo "Exiting..."
  # An idle one is gone at once; with a job, the job is cancelled first.
  [ -z "$poll" ] || kill "$poll" 2>/dev/null
  [ -z "$worker" ] || kill -INT "$worker" 2>/dev/null
}
trap interrupt INT TERM

[ -z "${option[jitconfig]-}" ] || jit "${option[jitconfig]}"
unset 'option[jitconfig]'
if [ ! -f .runner ] || [ ! -f .credentials ]; then
  echo "An error occurred: Not configured. Run config.(sh/cmd) to configure the runner."
  exit 1
fi
if [ -f .env ]; then
  while IFS='=' read -r name value; do
    [ -z "$name" ] || export "$name=$value"
  done <.env
fi
answer=$(cat .credentials)
key=$(field clientId)
answer=$(cat .runner)
ephemeral=$(field ephemeral)
work=$(field workFolder)
mkdir -p "${work:-_work}"

echo
success "Connected to GitHub"
echo
conflicts=$(date +%s)
until call POST /_runner/sessions "$key" "{\"version\":\"$version\"}" && [ "$status" = 200 ]; do
  case $status in
    404)
      echo "Failed to create a session. The runner registration has been deleted from the server, please re-configure. Runner registrations are automatically deleted for runners that have not connected to the service recently."
      exit 1
      ;;
    409)
      echo "A session for this runner already exists."
      if [ $(($(date +%s) - conflicts)) -gt 240 ]; then
        echo "Stop retry on SessionConflictException after retried for 240 seconds."
        exit 5
      fi
      ;;
    *) echo "$(stamp): Runner connect error: status $status. Retrying until reconnected." ;;
  esac
  sleep "$(field retry | grep . || echo 1)" &
  wait $!
  [ -z "$stopping" ] || exit 0
done
session=$(field session)

leave() { # CODE
  [ -z "$poll" ] || kill "$poll" 2>/dev/null
  call DELETE "/_runner/sessions/$session" "$key"
  exit "$1"
}

begin_job() { # ID NAME
  job=$1
  job_name=$2
  echo "$(stamp): Running job: $job_name"
  # The key goes over the pipe, as the real one's job message does.
  # A background command of a shell would ignore interrupts for good.
  env --default-signal=INT,QUIT bin/Runner.Worker spawnclient "$job" < <(printf '%s\n%s\n' "$key" "$job_name") &
  worker=$!
}

end_job() { # CODE
  local result=Failed
  case $1 in
    100) result=Succeeded ;;
    103) result=Canceled ;;
  esac
  echo "$(stamp): Job $job_name completed with result: $result"
  worker='' job=''
  if [ "$ephemeral" = true ]; then
    forget_configuration
    leave 0
  fi
}

replace_itself() { # VERSION
  echo "Runner update in progress, do not shutdown runner."
  echo "Downloading $1 runner"
  local archive=actions-runner-linux-x64-$1.tar.gz code=3
  rm -rf _work/_update
  mkdir -p _work/_update
  if ! curl -fsSL "$service/actions/runner/releases/download/v$1/$archive" | tar -xz -C _work/_update; then
    # In this order, and the listener ends, to be started again (actions/runner v2.336.0, src/Runner.Listener/SelfUpdater.cs, Program.cs).
    echo "Runner update process finished."
    echo "An error occurred: Runner package '$service/actions/runner/releases/download/v$1/$archive' failed after 3 download attempts" >&2
    leave 2
  fi
  echo "Waiting for current job finish running."
  if [ -n "$worker" ]; then
    while kill -0 "$worker" 2>/dev/null; do wait "$worker"; done
    wait "$worker"
    end_job $?
  fi
  echo "Generate and execute update script."
  local part
  for part in bin externals; do
    rm -rf "$part.$1"
    cp -r "_work/_update/$part" "$part.$1"
  done
  for part in _work/_update/*; do [ -d "$part" ] || cp --remove-destination "$part" .; done
  sed "s|_PROCESS_ID_|$$|; s|_RUNNER_PROCESS_NAME_|Runner.Listener|; s|_ROOT_FOLDER_|$root|g; s|_EXIST_RUNNER_VERSION_|$version|
    s|_DOWNLOAD_RUNNER_VERSION_|$1|g; s|_UPDATE_LOG_|$diagnostics|; s|_RESTART_INTERACTIVE_RUNNER_|0|" \
    bin/update.sh.template >_work/_update.sh
  setsid bash _work/_update.sh >>"$diagnostics" 2>&1 &
  echo "Runner will exit shortly for update, should be back online within 10 seconds."
  echo "Runner update process finished."
  [ "$ephemeral" != true ] || code=4
  leave $code
}

next_message() { # to $message and $status; ends early when a worker or a signal ends it
  # Ends with this process, so that the service hears of a killed one.
  setpriv --pdeathsig KILL curl -sS -K - -A "$agent" -w '\n%{http_code}' \
    "$service/_runner/sessions/$session/message" <<<"header = \"Authorization: RemoteAuth $key\"" >_diag/.message 2>/dev/null &
  poll=$!
  while kill -0 "$poll" 2>/dev/null; do
    wait -n
    if [ -n "$worker" ] && ! kill -0 "$worker" 2>/dev/null; then
      wait "$worker"
      end_job $?
    fi
    if [ -n "$stopping" ] && [ -z "$worker" ]; then
      kill "$poll" 2>/dev/null
      leave 0
    fi
  done
  poll=''
  message=$(cat _diag/.message)
  status=${message##*$'\n'}
  message=${message%$'\n'*}
}

while :; do
  [ -z "$listened" ] && {
    echo "Current runner version: '$version'"
    echo "$(stamp): Listening for Jobs"
    listened=yes
  }
  next_message
  [ -z "$stopping" ] || [ -n "$worker" ] || leave 0
  case $status:$message in
    200:job\ *)
      read -r _ id name <<<"$message"
      begin_job "$id" "$name"
      ;;
    200:update\ *) replace_itself "${message#* }" ;;
    200:cancel) [ -z "$worker" ] || kill -INT "$worker" 2>/dev/null ;;
    200:* | 204:*) ;;
    403:*)
      echo "An error occurred: Runner version v$version is deprecated and cannot receive messages."
      [ "$ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE" = 1 ] && leave 7
      leave 1
      ;;
    404:*)
      echo "The runner no longer exists on the server. Cleaning up local configuration."
      forget_configuration
      exit 0
      ;;
    410:*)
      echo "$(stamp): Runner connect error: the session has expired. Retrying until reconnected."
      call POST /_runner/sessions "$key" "{\"version\":\"$version\"}"
      if [ "$status" = 200 ]; then
        session=$(field session)
        echo "$(stamp): Runner reconnected."
      else
        sleep 1 &
        wait $!
      fi
      ;;
    *)
      [ -n "$stopping" ] || echo "$(stamp): Runner connect error: status $status. Retrying until reconnected."
      sleep 1 &
      wait $!
      ;;
  esac
done
