// Numbers as people read them.

export function duration(millis) {
  if (millis == null) return '–'
  if (millis < 10) return `${millis.toFixed(1)} ms`
  if (millis < 1_000) return `${Math.round(millis)} ms`
  return `${(millis / 1_000).toFixed(1)} s`
}

const whole = new Intl.NumberFormat('en')

export const count = number => whole.format(number)

export const bytes = number => number == null ? '–' : `${count(Math.round(number))} B`

export const percent = share => `${Math.round(share * 100)} %`
