#!/usr/bin/env bash
# Each example by the parser of the program that will read it.
source "$(dirname "$0")/../lib.sh"
passed=0
failed=0
check() {
  local what=$1
  shift
  if "$@" >"$temp/example.log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "# $what failed"
    cat "$temp/example.log"
  fi
}

is_yaml() { npx --yes --package=yaml@2.9.1 -- yaml valid <"$1"; }
verify_units() {
  # systemd wants the program and the account to exist; both stand in for the real ones here. A template is checked as a tenant's.
  local units="$temp/units" file name status=0
  mkdir -p "$units"
  for file in examples/systemd/*; do
    sed -e "s|^ExecStart=[^ ]*|ExecStart=$(command -v true)|" -e 's|^User=.*|User=root|' -e 's|^Group=.*|Group=root|' \
      "$file" >"$units/$(basename "$file")"
  done
  for file in "$units"/*; do
    name=$(basename "$file")
    systemd-analyze verify --man=no "$units/${name/@./@acme.}" 2>&1 | tee -a "$temp/units.log" || status=1
  done
  # What is wrong with a unit of this machine is not ours; an unknown setting of ours is only a line.
  ((status == 0)) && ! grep -q aircall-sync "$temp/units.log"
}
check_alerts() {
  mkdir -p "$temp/alerts"
  cp examples/prometheus/alerts.yml .ci/support/alerts.test.yml "$temp/alerts/"
  promtool check rules "$temp/alerts/alerts.yml" && promtool test rules "$temp/alerts/alerts.test.yml"
}

need_packages systemd prometheus cron
for file in examples/github-actions.yml examples/prometheus/*.yml; do
  check "$file" is_yaml "$file"
done
check examples/prometheus/alerts.yml check_alerts
check examples/systemd verify_units
check examples/crontab crontab -n examples/crontab
check examples/env.example bash -n examples/env.example
echo "$passed passed, $failed failed"
((failed == 0))
