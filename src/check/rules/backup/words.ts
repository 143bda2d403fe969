/** Commands by which backups are recognised. All patterns are for one command of at most 1,000 characters. */

/** Writes the content of a database into a file. */
export const DUMPS =
  /\b(?:pg_dump(?:all)?|pg_basebackup|mysqldump|mariadb-dump|mariadb-backup|xtrabackup|mongodump|couchbackup|couchdb-(?:dump|backup)|couchdb:backup[\w-]*|influxd?\s+backup|invoke\s+backup|dbbackup|wal-g|pgbackrest|barman|pg_probackup|clickhouse-backup|slapcat)\b|\bredis-cli\b.*--rdb|\bsqlite3\b.*\.(?:backup|dump)\b/

/** Keeps generations of files, and knows which file was there when. */
export const GENERATIONS =
  /\b(?:restic|rustic)\b.*\bbackup\b|\bborg\b.*\bcreate\b|\bborgmatic\b(?!.*\b(?:list|info|extract|check)\b)|\bkopia\s+snapshot\s+create\b|\b(?:duplicity|duplicacy|rsnapshot|rdiff-backup|bupstash)\b/

/** Copies files; a backup only when its name or its target says so. */
const COPIES = /\b(?:rsync|rclone|aws\s+s3|gsutil|mc)\s/
/** Used for everything, so that the name of the script must say it: `cp -r nginx nginx.backup` makes none. */
const PACKS = /\b(?:tar|cp|zip|7z)\s/
const BACKUP_WORD = /backups?(?![\w-]*\.\w)|off-?site/i

/** Does a command make a backup, given the name of the file that it stands in? */
export function makesBackup(command: string, file: string): boolean {
  if (RESTORES.test(command) || /restor/i.test(file)) return false
  if (DUMPS.test(command) || GENERATIONS.test(command)) return true
  const isNamed = /backup|dump/i.test(file)
  return (COPIES.test(command) && (isNamed || BACKUP_WORD.test(command))) || (PACKS.test(command) && isNamed)
}

/** Brings back what was kept, or reads all of it to see whether it could. */
export const RESTORES =
  /\bpg_restore\b|\bmongorestore\b|\bcouchrestore\b|\bcouchdb:restore|\binvoke\s+restore\b|\bdbrestore\b|\bmediarestore\b|\b(?:restic|rustic)\b.*\b(?:restore|check\s+--read-data\S*)|\bborg\b.*\b(?:extract|mount|check\s.*--verify-data)\b|\bborgmatic\b.*\b(?:restore|extract)\b|\bkopia\s+(?:snapshot\s+)?(?:restore|verify)\b|\bpgbackrest\b.*\brestore\b|\bwal-g\b.*backup-fetch|\bvelero\s+restore\b|\b(?:psql|mysql|mariadb)\b[^|]*(?:<\s*\S|\s-f\s)|\b(?:zcat|gunzip|zstdcat|gpg|age|openssl)\b.*\|\s*(?:docker\b.*\s)?(?:psql|mysql|mariadb)\b|\btar\s+-?\w*x\w*\s.*backup/i

/** Sends something to another machine. */
export const SENDS =
  /\brclone\s+(?:\S+\s+)*?(?:copy|copyto|sync|move|moveto|bisync)\s|\baws\s+(?:\S+\s+)*?s3\s+(?:cp|sync|mv)\b|\bs3cmd\s+(?:put|sync)\b|\bs5cmd\b.*\b(?:cp|sync)\b|\bmc\s+(?:cp|mirror)\b|\bgsutil\b.*\b(?:cp|rsync)\b|\baz\s+storage\s+blob\s+upload|\bb2\s+(?:upload|sync)|\b(?:scp|sftp)\s|\brsync\s.*\s["']?(?:[\w.$-]+@)?[\w.$-]+:[^\s]*|\bcurl\s.*(?:\s-T|--upload-file)\s|\blftp\b|rsync:\/\//

/** Repositories of restic, borg and their like that lie elsewhere. */
export const REMOTE_REPOSITORY =
  /(?:^|[\s"'=])(?:s3|sftp|rest|b2|azure|gs|swift|rclone|ssh|webdavs?|https?|scp|rsync):\S|(?:^|[\s"'=])[\w.-]+@[\w.-]+:\S/
