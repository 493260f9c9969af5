#!/bin/sh
# Gives the function app its host key `comets`, whose value is the secret comet-key in the Key Vault. azd runs this after each deployment of the
# app, because an app without code has no host to keep a key. It needs azd and curl. Azure Resource Manager reads the secret, with or without
# private endpoints, and this script never sees it.
set -eu

arm=${ARM_ENDPOINT:-https://management.azure.com}
deployment="$arm/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Resources/deployments/comet-key?api-version=2025-04-01"
wait=${COMET_KEY_WAIT:-5}
token=$(azd auth token --output json | sed -n 's/.*"token": *"\([^"]*\)".*/\1/p')
[ -n "$token" ] || { echo "comet-key: azd has no token: expected a sign-in with azd auth login." >&2; exit 1; }

body=$(cat <<END
{
  "properties": {
    "mode": "Incremental",
    "template": {
      "\$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0",
      "parameters": { "key": { "type": "secureString" } },
      "resources": [
        {
          "type": "Microsoft.Web/sites/host/functionKeys",
          "apiVersion": "2022-09-01",
          "name": "$SERVICE_FUNCTIONS_NAME/default/comets",
          "properties": { "name": "comets", "value": "[parameters('key')]" }
        }
      ]
    },
    "parameters": { "key": { "reference": { "keyVault": { "id": "$AZURE_KEY_VAULT_ID" }, "secretName": "comet-key" } } }
  }
}
END
)

# The token comes by standard input, so that no list of processes shows it.
call() {
  printf 'header = "Authorization: Bearer %s"\n' "$token" | curl --silent --show-error --max-time 60 --config - "$@"
}

# Accepted, Running, …, Succeeded, Failed, Canceled; or empty with an error.
state() { printf '%s' "$answer" | sed -n 's/.*"provisioningState": *"\([A-Za-z]*\)".*/\1/p' | head -n 1; }

# The host of an app that was just deployed may not answer yet.
for attempt in 1 2 3 4 5 6; do
  answer=$(call --request PUT --header 'Content-Type: application/json' --data-binary "$body" "$deployment" || true)
  polls=0
  while [ "$polls" -lt 60 ]; do
    case $(state) in
      Succeeded) echo "comet-key: $SERVICE_FUNCTIONS_NAME has the host key comets."; exit 0 ;;
      Failed | Canceled | '') break ;;
    esac
    polls=$((polls + 1))
    sleep "$wait"
    answer=$(call "$deployment" || true)
  done
  echo "comet-key: attempt $attempt of 6 failed: $answer" >&2
  sleep "$wait"
done
echo "comet-key: $SERVICE_FUNCTIONS_NAME has no host key comets yet, so comets cannot register clients: run it again with azd hooks run postdeploy --service functions." >&2
exit 1
