import type { Located } from '../../text/place.ts'
import type { Directive } from '../directive.ts'

/** One nginx configuration, with the files that it includes put in where they are included. */
export interface NginxFile {
  /** Absolute path of its root file; of several that nginx takes in together (`conf.d/*.conf`), the first. */
  readonly path: string
  /** As it is shown. */
  readonly shown: string
  /** main: a whole `nginx.conf`; http: text for inside of `http { }`, as in `conf.d`, `sites-enabled` and templates. */
  readonly level: 'main' | 'http'
  readonly directives: readonly Directive[]
  /** Includes of files that are not in the installation: what they say was not checked. */
  readonly outside: readonly Located<string>[]
}
