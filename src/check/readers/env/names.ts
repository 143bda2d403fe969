const SAMPLE_WORDS = new Set(['example', 'sample', 'template', 'tmpl', 'tpl', 'dist', 'default', 'defaults'])

/** `.env.example`, `env_template`, `sample.env`, `.env.production.example`: a sample that nothing reads. */
export function isEnvSample(fileName: string): boolean {
  const words = fileName
    .toLowerCase()
    .split(/[._-]+/)
    .filter((word) => word !== '')
  const last = words.at(-1)
  if (last === undefined || !words.includes('env')) return false
  return words.some((word) => SAMPLE_WORDS.has(word)) && (last === 'env' || SAMPLE_WORDS.has(last))
}

/** Whether a sample is meant to be copied to an env file of this name: `.env.example` for `.env`. */
export function isSampleOf(sample: string, fileName: string): boolean {
  const bare = (name: string) =>
    name
      .toLowerCase()
      .split(/[._-]+/)
      .filter((word) => word !== '' && !SAMPLE_WORDS.has(word))
      .join('.')
  return isEnvSample(sample) && bare(sample) === bare(fileName)
}
