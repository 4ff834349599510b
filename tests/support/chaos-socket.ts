/**
 * A WebSocket through a bad network, by chance with a seed. Every message may be late. `isTcp` keeps what TCP keeps: the
 * order, and that a message is lost only with its connection. Without it messages are also lost, doubled and swapped.
 */
import { WebSocket } from 'ws'
import { below, type Random } from './chance.ts'

export interface Weather {
  random: Random
  /** Set to false for the calm at the end. */
  isStormy: boolean
}

const LATE_MS = 12

export function chaosSocket(weather: Weather, isTcp: boolean): typeof WebSocket {
  const { random } = weather
  const chance = (percent: number): boolean => weather.isStormy && below(random, 100) < percent

  return class ChaosSocket extends WebSocket {
    #out = Promise.resolve()
    #in = Promise.resolve()

    override send(data: Parameters<WebSocket['send']>[0]): void {
      if (chance(2)) return this.terminate()
      if (isTcp) this.#out = this.#out.then(() => this.#late()).then(() => this.#write(data))
      else for (let copies = this.#copies(); copies > 0; copies -= 1) void this.#late().then(() => this.#write(data))
    }

    override emit(event: string, ...values: unknown[]): boolean {
      if (event !== 'message') return super.emit(event, ...values)
      const deliver = (): void => void (this.readyState === this.OPEN && super.emit(event, ...values))
      if (isTcp) this.#in = this.#in.then(() => this.#late()).then(deliver)
      else for (let copies = this.#copies(); copies > 0; copies -= 1) void this.#late().then(deliver)
      return true
    }

    #write(data: Parameters<WebSocket['send']>[0]): void {
      if (this.readyState === this.OPEN) super.send(data)
    }

    #copies(): number {
      return chance(5) ? 0 : chance(10) ? 2 : 1
    }

    #late(): Promise<void> {
      return weather.isStormy ? new Promise((resolve) => setTimeout(resolve, below(random, LATE_MS))) : Promise.resolve()
    }
  } as unknown as typeof WebSocket
}
