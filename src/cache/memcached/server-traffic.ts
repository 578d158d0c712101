/** What one server costs and how often it fails, counted where it happens. */
export class ServerTraffic {
  /** Writes to the socket, each of which waits for answers; handshakes are among them. */
  roundTrips = 0
  /** Commands without an answer, refused ones included, and those that were answered with an error. */
  errors = 0
}
