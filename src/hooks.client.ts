/** What a page says in the browser when it could not be opened: a network that is away is no fault of the page. */
import type { HandleClientError } from '@sveltejs/kit'

const AWAY = 'The server cannot be reached. Check your connection and try again.'
const OURS = 'Something went wrong on this page. Try again; if it stays, tell the operator.'

/** What `fetch` throws in each browser when no answer came. */
const NO_ANSWER = /^(Failed to fetch|NetworkError when attempting to fetch resource\.?|Load failed)$/

export const handleError: HandleClientError = ({ error, status, message }) => {
  if (status < 500) return { message }
  console.error(error)
  return { message: error instanceof TypeError && NO_ANSWER.test(error.message) ? AWAY : OURS }
}
