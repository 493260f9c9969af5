// Values with which a deployment would fail, or the app would not run. Each check is a sentence that names the value, or empty.
// main.bicep fails with the sentences.
import { accessOptions, cometOptions, connectOptions, kafkaOptions } from 'types.bicep'

var withUser = ['Plain', 'ScramSha256', 'ScramSha512']

func isSasl(kafka kafkaOptions) bool => startsWith(kafka.protocol, 'Sasl')

func isUserNeeded(kafka kafkaOptions) bool => !empty(kafka.brokers) && isSasl(kafka) && contains(withUser, kafka.authentication)

@export()
@description('The broker, and how the app signs in to it. With Event Hubs, protocol and the like are not used.')
func kafkaProblems(kafka kafkaOptions, isPasswordMissing bool, pushAck string) string[] => [
  kafka.eventsTopic == kafka.topic ? 'kafkaEventsTopic is ${kafka.eventsTopic}, the topic of pushes: expected another one' : ''
  !empty(kafka.brokers) && !isSasl(kafka) && kafka.authentication != 'None' ? 'kafkaAuthentication is ${kafka.authentication} with kafkaProtocol ${kafka.protocol}: expected None' : ''
  !empty(kafka.brokers) && isSasl(kafka) && kafka.authentication == 'None' ? 'kafkaAuthentication is None with kafkaProtocol ${kafka.protocol}: expected Plain, ScramSha256, ScramSha512 or OAuthBearer' : ''
  !empty(kafka.brokers) && kafka.authentication == 'OAuthBearer' && pushAck == 'queue' ? 'pushAck is queue with kafkaAuthentication OAuthBearer: expected broker' : ''
  isUserNeeded(kafka) && empty(kafka.username) ? 'kafkaUsername is missing with kafkaAuthentication ${kafka.authentication}: expected a user of the broker' : ''
  isUserNeeded(kafka) && isPasswordMissing ? 'kafkaPassword is missing with kafkaAuthentication ${kafka.authentication}: expected the user\'s' : ''
]

func isHttps(address string) bool => startsWith(address, 'https://')

func jwtOnly(name string, value string, tokens string) string => tokens != 'Jwt' && !empty(value) ? '${name} is ${value} with connectTokens ${tokens}: expected none, because only a Jwt has one' : ''

@export()
@description('What clients show.')
func connectProblems(connect connectOptions) string[] => [
  jwtOnly('connectJwtAuthority', connect.authority, connect.tokens)
  jwtOnly('connectJwtIssuer', connect.issuer, connect.tokens)
  jwtOnly('connectJwtAudience', connect.audience, connect.tokens)
  !empty(connect.authority) && !isHttps(connect.authority) ? 'connectJwtAuthority is ${connect.authority}: expected https://…' : ''
  !empty(connect.authority) && empty(connect.audience) ? 'connectJwtAudience is missing with connectJwtAuthority ${connect.authority}: expected the audience of this app, because the authority signs tokens for others too' : ''
]

@export()
@description('Who may call the app.')
func accessProblems(access accessOptions) string[] => [
  !empty(access.authority) && empty(access.audience) ? 'accessAudience is missing with accessAuthority ${access.authority}: expected the audience of this app, because the authority signs tokens for others too' : ''
  !empty(access.authority) && !isHttps(access.authority) ? 'accessAuthority is ${access.authority}: expected https://…' : ''
  // Entra ID's tokens of version 2, those of the tenant's own authority, never have the URI.
  empty(access.authority) && startsWith(access.audience, 'api://') ? 'accessAudience is ${access.audience}: expected the client id of the app registration, which is the audience of its tokens' : ''
]

// Hundredths of a number of cores or Gi: 50 of 0.5.
func hundredths(number string) int => int(split(number, '.')[0]) * 100 + int(take('${split('${number}.', '.')[1]}00', 2))

// The sizes of a container: https://learn.microsoft.com/azure/container-apps/containers#allocations.
func isSize(cpu string, memory string) bool => endsWith(memory, 'Gi') ? hundredths(cpu) >= 25 && hundredths(cpu) <= 400 && hundredths(cpu) % 25 == 0 && hundredths(replace(memory, 'Gi', '')) == 2 * hundredths(cpu) : false

// What fits into the memory without a message: 93 MB, and 7.4 kB for each of twice as many WebSockets (docs/performance.md). 1 Gi is 1,073,700 kB.
func maximumConnections(memory string) int => (hundredths(replace(memory, 'Gi', '')) * 10737 - 93000) * 10 / (2 * 74)

@export()
@description('The comets by themselves.')
func cometProblems(comet cometOptions, kafka kafkaOptions) string[] => [
  comet.minReplicas > comet.maxReplicas ? 'cometMinReplicas is ${comet.minReplicas}: expected cometMaxReplicas, ${comet.maxReplicas}, at most' : ''
  contains([80, 443], comet.tcpPort) ? 'cometTcpPort is ${comet.tcpPort}: expected another port than 80 and 443, which the ingress has for HTTP' : ''
  !isSize(comet.cpu, comet.memory) ? 'cometCpu is ${comet.cpu} with cometMemory ${comet.memory}: expected 0.25 to 4.0 in steps of 0.25, and twice as many Gi' : ''
  isSize(comet.cpu, comet.memory) && comet.connectionsPerReplica > maximumConnections(comet.memory) ? 'cometConnectionsPerReplica is ${comet.connectionsPerReplica} with cometMemory ${comet.memory}: expected ${maximumConnections(comet.memory)} at most, because a comet takes twice as many, of 7.4 kB each' : ''
  !empty(kafka.brokers) && !empty(kafka.caFile) && empty(comet.kafkaCaFile) ? 'cometKafkaCaFile is missing with kafkaCaFile ${kafka.caFile}: expected the file in the comet\'s image, for example /app/kafka-ca.pem' : ''
]

// Each comet reads the whole topic of pushes. A throughput unit takes 1,000 events/s or 1 MB/s, and gives all readers together 4,096 events/s or
// 2 MB/s: https://learn.microsoft.com/azure/event-hubs/event-hubs-scalability. While a revision is replaced, its comets and the new ones read.
// Two other limits are not checked. A namespace takes 5,000 connections, and a comet has 3. A partition takes five readers of one consumer
// group; a comet joins no group, so it should not count, but that is neither documented nor tried.
@export()
@description('What Event Hubs takes, and delivers to all comets together.')
func eventHubsProblems(comet cometOptions, records int, kilobytes int, units int) string[] => [
  records > units * 1000 ? 'pushRecordsPerSecond is ${records}: expected ${units * 1000} at most, which ${unitsText(units)} take' : ''
  kilobytes > units * 1000 ? 'pushKilobytesPerSecond is ${kilobytes}: expected ${units * 1000} at most, which ${unitsText(units)} take' : ''
  2 * comet.maxReplicas * records > units * 4096 ? 'cometMaxReplicas is ${comet.maxReplicas} with pushRecordsPerSecond ${records}: expected ${units * 2048 / records} at most, because ${unitsText(units)} deliver ${units * 4096} records/s to all of them together, and an upgrade has twice as many' : ''
  2 * comet.maxReplicas * kilobytes > units * 2000 ? 'cometMaxReplicas is ${comet.maxReplicas} with pushKilobytesPerSecond ${kilobytes}: expected ${units * 1000 / kilobytes} at most, because ${unitsText(units)} deliver ${units * 2000} kB/s to all of them together, and an upgrade has twice as many' : ''
]

func unitsText(units int) string => 'the ${units} throughput units of eventHubsMaximumThroughputUnits'
