import type { Sample } from '../rule.ts'

/** A Compose file with one service that runs this image. */
export function image(name: string, service = 'web'): Sample {
  return { 'compose.yaml': `services:\n  ${service}:\n    image: ${name}\n` }
}

export const DIGEST = 'sha256:9b2c5f7d0a1e4b3c8d6f0a9e7c5b3d1f2e4a6c8b0d9f7e5c3a1b2d4f6e8c0a9b'
