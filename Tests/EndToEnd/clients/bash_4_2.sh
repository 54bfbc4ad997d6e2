# Has a newer bash do as 4.2 did, as far as it can. To be named by BASH_ENV.
# shellcheck shell=bash
# shellcheck disable=SC2034 # It is bash that reads it.
BASH_COMPAT=4.2
shopt -u patsub_replacement 2>/dev/null || :
