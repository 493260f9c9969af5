# The same as postdeploy.sh, for Windows: prints the first push with the command that reads its key, and never the key.
$ErrorActionPreference = 'Stop'

foreach ($name in 'SERVICE_FUNCTIONS_ENDPOINT', 'AZURE_KEY_VAULT_NAME') {
    if (-not [Environment]::GetEnvironmentVariable($name)) {
        throw "$name is not set: run azd provision first"
    }
}

$comets = if ($env:SERVICE_COMET_ENDPOINT) { $env:SERVICE_COMET_ENDPOINT } else { 'the comets' }

@"

The app answers when its roles have taken effect, which takes some minutes after the first deployment:

  Invoke-RestMethod '$env:SERVICE_FUNCTIONS_ENDPOINT/monitor/ping'

The first push, to user 42. To read the key you need the role Key Vault Secrets User on $($env:AZURE_KEY_VAULT_NAME),
and with private endpoints access to the network:

  `$key = az keyvault secret show --vault-name '$env:AZURE_KEY_VAULT_NAME' --name caller-backend --query value -o tsv
  Invoke-RestMethod -Method Post -Headers @{ 'x-goim-key' = `$key } -Body '{"test":1}' '$env:SERVICE_FUNCTIONS_ENDPOINT/1/push?uid=42'

Clients connect to $comets.
"@

# Missing if the resources are older than the workbook.
if ($env:AZURE_WORKBOOK_URL) {
    "`nPushes, router calls, comets and Event Hubs, as charts:`n`n  $env:AZURE_WORKBOOK_URL"
}
