// Checks rendered Kubernetes objects (YAML on stdin) against the schemas of the API, and that what
// names another is right. Run beside the node_modules that has yaml and kubernetes-models (the stage
// copies it there). Ends with 1 and names each fault. A field that the API does not know is none to the
// schemas: objects.ts, written beside this file, has the objects for the compiler, which finds those.
import { readFileSync, writeFileSync } from 'node:fs'

// By name, since the repository itself depends on neither.
const load = (name) => import(name)
const { parseAllDocuments } = await load('yaml')
const faults = []

function documentsOf(text) {
  return parseAllDocuments(text).map((document) => {
    for (const { message } of document.errors) faults.push(message)
    return document.toJS()
  })
}

async function checkSchema(object) {
  const { [object.kind]: Model } = await load(`kubernetes-models/${object.apiVersion}`)
  new Model(object).validate()
}

/** The compiler takes no field of a literal that its type does not have. */
function sourceOf(object, number) {
  const { apiVersion, kind } = object
  const type = `import('kubernetes-models/${apiVersion}').I${kind}`
  return `export const object${number}: ${type} = ${JSON.stringify(object, null, 1)}\n`
}

const nameOf = ({ kind, metadata }) => `${metadata.namespace}/${kind}/${metadata.name}`
const podOf = ({ kind, spec }) =>
  kind === 'CronJob' ? spec.jobTemplate.spec.template : kind === 'Deployment' ? spec.template : null
const matches = (labels, wanted) => Object.entries(wanted).every(([key, value]) => labels?.[key] === value)

/**
 * The others of its namespace; what an object names has to be among them: the
 * API takes it either way, and nothing starts.
 */
const besides = (object, all) => all.filter((one) => one.metadata.namespace === object.metadata.namespace)
const isThere = (near, kind, name) => near.some((one) => one.kind === kind && one.metadata.name === name)

function volumeFaults(object, near) {
  return (podOf(object)?.spec.volumes ?? []).flatMap(({ configMap, persistentVolumeClaim: claim }) => [
    ...(configMap && !isThere(near, 'ConfigMap', configMap.name) ? [`no ConfigMap ${configMap.name}`] : []),
    ...(claim && !isThere(near, 'PersistentVolumeClaim', claim.claimName)
      ? [`no PersistentVolumeClaim ${claim.claimName}`]
      : []),
  ])
}

function probeFaults(object) {
  const containers = podOf(object)?.spec.containers ?? []
  return containers.flatMap(({ ports = [], livenessProbe, readinessProbe, startupProbe }) =>
    [livenessProbe, readinessProbe, startupProbe]
      .filter((probe) => probe && !ports.some(({ name }) => name === probe.httpGet.port))
      .map((probe) => `no port ${probe.httpGet.port} for a probe`),
  )
}

function affinityFaults(object, near) {
  const wanted =
    podOf(object)?.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const labels = near.map((one) => podOf(one)?.metadata?.labels)
  return wanted
    .filter(({ labelSelector }) => !labels.some((one) => matches(one, labelSelector.matchLabels)))
    .map(() => 'an affinity to no pod')
}

function serviceFaults({ kind, spec }, near) {
  if (kind !== 'Service') return []
  const pods = near.map(podOf).filter((pod) => matches(pod?.metadata?.labels, spec.selector))
  const ports = pods.flatMap((pod) => pod.spec.containers.flatMap((one) => one.ports ?? []))
  return spec.ports
    .filter(({ targetPort }) => !ports.some(({ name }) => name === targetPort))
    .map(({ targetPort }) => `no pod behind the port ${targetPort}`)
}

function ingressFaults({ kind, spec }, near) {
  if (kind !== 'Ingress') return []
  const names = spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend.service.name))
  return names.filter((name) => !isThere(near, 'Service', name)).map((name) => `no Service ${name}`)
}

function listenerFaults({ kind, spec }) {
  if (kind !== 'Deployment' || (spec.replicas === 1 && spec.strategy.type === 'Recreate')) return []
  return ['a profile has one listener: one replica, Recreate']
}

const CHECKS = [volumeFaults, probeFaults, affinityFaults, serviceFaults, ingressFaults, listenerFaults]

const objects = documentsOf(readFileSync(0, 'utf8'))
for (const object of objects) {
  try {
    await checkSchema(object)
  } catch (error) {
    faults.push(`${nameOf(object)}: ${error.message}`)
  }
  const near = besides(object, objects)
  for (const fault of CHECKS.flatMap((check) => check(object, near)))
    faults.push(`${nameOf(object)}: ${fault}`)
}
writeFileSync(new URL('objects.ts', import.meta.url), objects.map(sourceOf).join(''))
const tenants = new Set(objects.map(({ metadata }) => metadata.namespace))
if (objects.length === 0) faults.push('nothing was rendered')
const counted = `${objects.length} objects of ${tenants.size} namespaces, ${faults.length} faults`
process.stdout.write(`${[counted, ...faults].join('\n  ')}\n`)
process.exitCode = faults.length === 0 ? 0 : 1
