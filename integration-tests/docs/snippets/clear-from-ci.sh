#!/usr/bin/env bash
# Clears what a release has changed, and waits for it. Needs CACHE (https://shop.example.com/admin/cache) and KEY, a secret API key.
set -euo pipefail

id=$(curl -fsS -u "$KEY:" "$CACHE/invalidations" -H "content-type: application/json" \
  -d '{ "patterns": ["Product:*"], "tags": ["Menu:main"] }' | jq -r .invalidation.id)

state=running
for _ in $(seq 120); do
  invalidation=$(curl -fsS -u "$KEY:" "$CACHE/invalidation?id=$id")
  state=$(jq -r .invalidation.state <<<"$invalidation")
  [ "$state" = running ] || break
  sleep 1
done
jq -r .invalidation.message <<<"$invalidation"
[ "$state" = done ]
