/** A guest has no account: an animal of the shore tells guests apart, the same one as long as the browser keeps the link's cookie. */
const ANIMALS = [
  'Heron', 'Otter', 'Gull', 'Seal', 'Tern', 'Dolphin', 'Puffin', 'Crab', 'Cormorant', 'Whale', 'Plover', 'Turtle', 'Osprey', 'Starfish', 'Curlew', 'Walrus',
  'Sandpiper', 'Octopus', 'Pelican', 'Lobster', 'Kingfisher', 'Manatee', 'Avocet', 'Seahorse', 'Egret', 'Narwhal', 'Grebe', 'Oyster', 'Swan', 'Orca', 'Teal', 'Urchin',
]

export function guestName(visitor: string): string {
  let hash = 7
  for (const letter of visitor) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return `Guest ${ANIMALS[hash % ANIMALS.length] ?? 'Heron'}`
}
