import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { screenshot } from './browser.ts'

/** The person of these tests. zxcvbn finds this password strong. */
export const ann = { email: 'ann@example.org', password: 'tulip-anvil-copper-meadow-71' }

/** Fills in the form behind the setup link, which makes the first administrator. */
export async function setUp(page: Page, setupLink: string | null): Promise<void> {
  assert.ok(setupLink !== null, 'there is no setup link')
  await page.goto(setupLink)
  await screenshot(page, 'portal-setup')
  await page.fill('input[name=email]', ann.email)
  await page.fill('input[name=password]', ann.password)
  await page.fill('input[name=password-again]', ann.password)
  await page.locator('form:has(input[name=password-again]) button').click()
  await page.getByRole('heading', { name: 'My account' }).waitFor()
  await screenshot(page, 'portal-setup-done')
}

/** Fails unless the page shows the portal's sign-in form. */
export async function expectSignIn(page: Page, portal: string): Promise<void> {
  assert.equal(new URL(page.url()).origin, portal)
  assert.equal(await page.locator('h1').textContent(), 'Sign in')
}

/** Goes to a page of the application, signs in where that leads to, and waits until the browser is back there. */
export async function signInFor(page: Page, url: string, portal: string): Promise<void> {
  await page.goto(url)
  await expectSignIn(page, portal)
  await screenshot(page, 'portal-sign-in')
  await page.fill('input[name=email]', ann.email)
  await page.fill('input[name=password]', ann.password)
  await page.locator('form:has(input[name=password]) button').click()
  await page.waitForURL(url)
}

/** Signs out with the button of the portal's own page. */
export async function signOut(page: Page, portal: string): Promise<void> {
  await page.goto(portal)
  await screenshot(page, 'portal-account')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
}
