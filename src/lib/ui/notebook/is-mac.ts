/** Whether this keyboard has a Command key. On the server: no. */
export const isMac = (): boolean => /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '')
