// The names of the secrets in the Key Vault. docs/deploy.md says how to change each.

@export()
var secretNames = {
  // Of the broker, where the app signs in with one. It is written by every deployment, the others by the first one only.
  password: 'kafka-password'
  // What the app sends to the router nodes, and what they accept: one token, or two separated by a comma.
  routerToken: 'router-token'
  nodeToken: 'router-node-token'
  // What the app accepts from its callers: one key, or two separated by a comma.
  backend: 'caller-backend'
  comet: 'caller-comet'
  scale: 'caller-comet-scale'
  // What the comets and their scale rule send: one key each.
  cometCaller: 'comet-caller-key'
  scaleCaller: 'comet-scale-key'
  // Keys of the clients' tokens, in base64. The app accepts both, so that either can be replaced while tokens are signed with the other.
  jwtKey1: 'jwt-key-1'
  jwtKey2: 'jwt-key-2'
}
