import type { Sample } from '../rule.ts'

const DATABASE = 'services:\n  db:\n    image: postgres:17.2\n    volumes: [db-data:/var/lib/postgresql/data]\n'

/** A database, services besides, and files besides. */
export function stack(services = '', files: Sample = {}): Sample {
  return { 'compose.yaml': `${DATABASE}${services}volumes:\n  db-data:\n`, ...files }
}

/** A script for backups, and a crontab that starts it. */
export function script(...lines: readonly string[]): Sample {
  return {
    'scripts/backup.sh': `#!/bin/sh\nset -eu\n${lines.join('\n')}\n`,
    'etc/cron.d/backup': '15 3 * * * root /srv/shop/scripts/backup.sh\n',
  }
}

export const DUMP = 'docker compose exec -T db pg_dump -U shop shop'
export const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'
