/** What a page says in the browser when it could not be opened: a network that is away is no fault of the page. */
import type { HandleClientError } from '@sveltejs/kit'

const AWAY = 'The server cannot be reached. Check your connection and try again.'
const OURS = 'Something went wrong on this page. Try again; if it stays, tell the operator.'

export const handleError: HandleClientError = ({ error, status, message }) => {
  if (status < 500) return { message }
  // What `fetch` throws, in every browser, when no answer came.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return { message: AWAY }
  console.error(error)
  return { message: OURS }
}
