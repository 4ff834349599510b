// `npm run db:migrate` and `npm run db:seed`: looks at the Node version in words that any Node
// understands, then goes on in prepare-store.mjs, which needs Node 18.
const major = Number(process.versions.node.split('.')[0])
if (major < 18) {
  console.error(`DataHarbour needs Node.js 18 or newer, this is ${process.versions.node}: install a newer one (nodejs.org), then run this again.`)
  process.exit(1)
}
import('./prepare-store.mjs').then(({ prepareStore }) => prepareStore(process.argv[2])).catch((error) => import('./setup-error.mjs').then(({ endWith }) => endWith(error)))
