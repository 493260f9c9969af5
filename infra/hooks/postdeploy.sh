#!/bin/sh
# azd runs this after a deployment, with the outputs of infra/main.bicep as variables. Prints the first push with the command that reads
# its key, and never the key. docs/deploy.md says what it prints; postdeploy.ps1 is the same for Windows.
set -eu

: "${SERVICE_FUNCTIONS_ENDPOINT:?is not set: run azd provision first}"
: "${AZURE_KEY_VAULT_NAME:?is not set: run azd provision first}"

cat <<END

The app answers when its roles have taken effect, which takes some minutes after the first deployment:

  curl '$SERVICE_FUNCTIONS_ENDPOINT/monitor/ping'

The first push, to user 42. To read the key you need the role Key Vault Secrets User on $AZURE_KEY_VAULT_NAME,
and with private endpoints access to the network:

  key=\$(az keyvault secret show --vault-name '$AZURE_KEY_VAULT_NAME' --name caller-backend --query value -o tsv)
  curl -H "x-goim-key: \$key" -d '{"test":1}' '$SERVICE_FUNCTIONS_ENDPOINT/1/push?uid=42'

Clients connect to ${SERVICE_COMET_ENDPOINT:-the comets}.
END

# Missing if the resources are older than the workbook.
if [ -n "${AZURE_WORKBOOK_URL:-}" ]; then
  printf '\nPushes, router calls, comets and Event Hubs, as charts:\n\n  %s\n' "$AZURE_WORKBOOK_URL"
fi
