#!/usr/bin/env bash
# Lighthouse's desktop scores of the built page, as the portal serves it: home, a form, and a result.
#
#     ./startup.sh                          in another terminal
#     bench/page/lighthouse.sh [URL] [user:password]
#
# Prints the scores, writes the reports to bench/page/reports, and fails below 95 / 100 / 100.
# Lighthouse itself is fetched by npx; CHROME_PATH names another browser.
set -euo pipefail

url=${1:-http://localhost:9000}
authorization="Basic $(printf '%s' "${2:-demo:demo}" | base64)"
reports=$(dirname "$0")/reports
mkdir -p "$reports"
headers=$reports/headers.json
printf '{"Authorization": "%s"}' "$authorization" > "$headers"
trap 'rm -f "$headers"' EXIT
export CHROME_PATH=${CHROME_PATH:-/usr/bin/chromium}

failed=0
for page in home=/ form=/interfaces/companies_and_contacts "result=/interfaces/companies_and_contacts?name=labs"; do
    name=${page%%=*}
    npx --yes lighthouse@12.8.2 "$url${page#*=}" --quiet --preset=desktop \
        --only-categories=performance,accessibility,best-practices \
        --extra-headers="$headers" --chrome-flags="--headless=new --no-sandbox" \
        --output=json --output=html --output-path="$reports/$name"
    node - "$name" "$reports/$name.report.json" <<'SCRIPT' || failed=1
const [name, path] = process.argv.slice(2)
const { categories, audits } = JSON.parse(require('node:fs').readFileSync(path, 'utf8'))
const LEAST = { performance: 95, accessibility: 100, 'best-practices': 100 }
const scores = Object.keys(LEAST).map((key) => [key, Math.round(categories[key].score * 100)])
const times = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift']
const told = [...scores, ...times.map((key) => [key, audits[key].displayValue])]
console.log(`${name}: ${told.map(([key, value]) => `${key} ${value}`).join(', ')}`)
for (const key of Object.keys(LEAST)) {
    for (const { id, weight } of categories[key].auditRefs) {
        const { score, title } = audits[id]
        if (weight > 0 && score !== null && score < 0.9) console.log(`  ${key}: ${title}`)
    }
}
process.exit(scores.every(([key, value]) => value >= LEAST[key]) ? 0 : 1)
SCRIPT
done
exit "$failed"
