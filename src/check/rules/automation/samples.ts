import type { Sample } from '../rule.ts'

/** An installation with one image. */
export const COMPOSE: Sample = { 'compose.yaml': 'services:\n  app:\n    image: registry.example.org/shop/app:1.4.2\n' }

/** A program that asks for packages of npm. */
export const PACKAGE: Sample = { 'package.json': '{ "name": "api", "dependencies": { "express": "^4.19.2" } }\n' }

/** A workflow of GitHub Actions with these steps; it runs on push and pull request unless told otherwise. */
export function workflow(steps: readonly string[], on = '[push, pull_request]'): Sample {
  const lines = steps.map((step) => `      - ${step}\n`).join('')
  return { '.github/workflows/ci.yml': `on: ${on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n${lines}` }
}

export function script(name: string, ...lines: readonly string[]): Sample {
  return { [name]: `#!/bin/sh\nset -eu\n${lines.join('\n')}\n` }
}
