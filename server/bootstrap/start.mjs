// `npm start`: looks at the Node version in words that any Node understands, then goes on in
// start-product.mjs, which needs Node 18.
const major = Number(process.versions.node.split('.')[0])
if (major < 18) {
  console.error(`DataHarbour needs Node.js 18 or newer, this is ${process.versions.node}: install a newer one (nodejs.org), then run npm start again.`)
  process.exit(1)
}
import('./start-product.mjs').then(({ startProduct }) => startProduct(process.argv.slice(2))).catch((error) => import('./setup-error.mjs').then(({ endWith }) => endWith(error)))
