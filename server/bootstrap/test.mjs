// `npm test`: looks at the Node version in words that any Node understands, then goes on in
// run-tests.mjs, which needs Node 18.
const major = Number(process.versions.node.split('.')[0])
if (major < 18) {
  console.error(`DataHarbour needs Node.js 18 or newer, this is ${process.versions.node}: install a newer one (nodejs.org), then run npm test again.`)
  process.exit(1)
}
import('./run-tests.mjs').then(({ runTests }) => runTests(process.argv.slice(2)))
