#!/usr/bin/env bash
# A preview of a pull request: a branch of the Neon project, and an app on Fly that uses it.
#   deploy/preview.sh up 42      makes both, or brings them up to date, and prints the address
#   deploy/preview.sh down 42    removes both
# Needs flyctl, node, jq and openssl, and these variables: NEON_API_KEY, NEON_PROJECT_ID, FLY_API_TOKEN, PREVIEW_APP (the
# beginning of the app's name). NEON_PARENT_BRANCH may name another parent than the default branch, NEON_OWNER another owner
# of the database than neondb_owner.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${NEON_API_KEY:?}" "${NEON_PROJECT_ID:?}" "${FLY_API_TOKEN:?}" "${PREVIEW_APP:?}"
action=${1:?up or down} number=${2:?the number of the pull request}
[[ $number =~ ^[0-9]+$ ]]
branch=preview/pr-$number
app=$PREVIEW_APP-pr-$number
origin=https://$app.fly.dev

neonctl() { npx --yes neonctl@5.0.1 "$@" --project-id "$NEON_PROJECT_ID"; }
neon() { neonctl "$@" --output json; }
# Which role is a question as soon as there are several, and migrations make some.
url() { neonctl connection-string "$branch" --role-name "${NEON_OWNER:-neondb_owner}" "$@"; }
exists() { neon branches list | jq -e --arg name "$branch" 'any(.[]; .name == $name)' > /dev/null; }

up() {
  if ! exists; then
    neon branches create --name "$branch" --no-secrets ${NEON_PARENT_BRANCH:+--parent "$NEON_PARENT_BRANCH"} > /dev/null
    neon neon-auth domain add "$origin" --branch "$branch" > /dev/null
  fi
  owner_url=$(url)
  pooled_url=$(url --pooled)
  auth_url=$(neon neon-auth status --branch "$branch" | jq -re '.base_url')
  # A branch copies the roles of its parent, with their passwords: this one gets a password of its own.
  password=$(openssl rand -hex 24)
  web_url="postgresql://web:$password@${pooled_url#*@}"

  flyctl apps list --json | jq -e --arg app "$app" 'any(.[]; .Name == $app)' > /dev/null || flyctl apps create "$app" >&2
  # From standard input: arguments can be seen by every process.
  flyctl secrets import --stage --app "$app" << SECRETS >&2
DATABASE_URL=$web_url
DATABASE_OWNER_URL=$owner_url
NEON_AUTH_BASE_URL=$auth_url
SESSION_KEY=$(openssl rand -base64 32)
SECRETS
  flyctl deploy --app "$app" --env PUBLIC_ORIGIN="$origin" --ha=false --yes >&2
  echo "$origin"
}

down() {
  flyctl apps destroy "$app" --yes || true
  if exists; then neon branches delete "$branch" > /dev/null; fi
}

case $action in
  up) up ;;
  down) down ;;
  *) echo "up or down, not $action" >&2 && exit 2 ;;
esac
