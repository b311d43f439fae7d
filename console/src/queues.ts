/** Queues as people call them; the two lines are called by their numbers. */
import { useI18n } from "vue-i18n"

/** Gives a queue's name, or its code where nobody named it. */
export function useQueueNames(): (queue: string) => string {
  const { t, te } = useI18n()
  return (queue) => (te(`supervisor.queue.${queue}`) ? t(`supervisor.queue.${queue}`) : queue)
}
