/** What a person writes into .env is what the product gets. */
import { describe, expect, it } from 'vitest'
import { loadBootstrap } from '../../support/load-bootstrap.ts'

const { parseEnvFile, readSettings } = await loadBootstrap('settings.mjs')

describe('.env', () => {
  it('reads names and values', () => {
    expect(parseEnvFile('PORT=3001\nexport HOST = 0.0.0.0\r\n\n# PORT=9\n')).toEqual({ PORT: '3001', HOST: '0.0.0.0' })
  })

  it('keeps a # and blanks inside quotes and cuts a comment outside them', () => {
    expect(parseEnvFile(`A="x # y"\nB=x # y\nC='z' # y\nD=http://host/#anchor\nE=# nothing`)).toEqual({ A: 'x # y', B: 'x', C: 'z', D: 'http://host/#anchor', E: '' })
  })

  it('keeps = inside a value', () => {
    expect(parseEnvFile('DATABASE_URL=postgres://a:b@h/d?sslmode=require')).toEqual({ DATABASE_URL: 'postgres://a:b@h/d?sslmode=require' })
  })
})

describe('settings', () => {
  it('takes an empty value for not given, so the embedded service is used', () => {
    expect(readSettings({ DATABASE_URL: '', PORT: '1' })).not.toHaveProperty('DATABASE_URL')
  })
})
