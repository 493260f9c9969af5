// What a deployment cannot be made with, or would not run with. Each check is a sentence, or empty. main.bicep fails with those that are not.
import { cometOptions, kafkaOptions } from 'types.bicep'

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

@export()
@description('The comets by themselves.')
func cometProblems(comet cometOptions, kafka kafkaOptions) string[] => [
  comet.minReplicas > comet.maxReplicas ? 'cometMinReplicas is ${comet.minReplicas}: expected cometMaxReplicas, ${comet.maxReplicas}, at most' : ''
  contains([80, 443], comet.tcpPort) ? 'cometTcpPort is ${comet.tcpPort}: expected another port than 80 and 443, which the ingress has for HTTP' : ''
  !empty(kafka.brokers) && !empty(kafka.caFile) && empty(comet.kafkaCaFile) ? 'cometKafkaCaFile is missing with kafkaCaFile ${kafka.caFile}: expected the file in the comet\'s image, for example /app/kafka-ca.pem' : ''
]

// Each comet reads the whole topic of pushes. A throughput unit takes 1,000 events/s or 1 MB/s, and gives all readers together 4,096 events/s or
// 2 MB/s: https://learn.microsoft.com/azure/event-hubs/event-hubs-scalability. Two other limits are no matter: a comet joins no consumer group,
// so the receivers of a group are not counted, and it has 3 connections, so 1,000 comets have 3,000 of the namespace's 5,000.
@export()
@description('What Event Hubs takes, and delivers to all comets together.')
func eventHubsProblems(comet cometOptions, records int, kilobytes int, units int) string[] => [
  records > units * 1000 ? 'pushRecordsPerSecond is ${records}: expected ${units * 1000} at most, which ${unitsText(units)} take' : ''
  kilobytes > units * 1000 ? 'pushKilobytesPerSecond is ${kilobytes}: expected ${units * 1000} at most, which ${unitsText(units)} take' : ''
  comet.maxReplicas * records > units * 4096 ? 'cometMaxReplicas is ${comet.maxReplicas} with pushRecordsPerSecond ${records}: expected ${units * 4096 / records} at most, because ${unitsText(units)} deliver ${units * 4096} records/s to all of them together' : ''
  comet.maxReplicas * kilobytes > units * 2000 ? 'cometMaxReplicas is ${comet.maxReplicas} with pushKilobytesPerSecond ${kilobytes}: expected ${units * 2000 / kilobytes} at most, because ${unitsText(units)} deliver ${units * 2000} kB/s to all of them together' : ''
]

func unitsText(units int) string => 'the ${units} throughput units of eventHubsMaximumThroughputUnits'
