package io.abraxas.server.broker;

/**
 * What a store keeps of a schedule that several servers have. A plain value; its arrays are not to
 * be changed, and are not compared by {@code equals}.
 *
 * @param handle local, see {@link Origins}
 * @param function the name of its function
 * @param unique its unique id as submitted, empty when it has none; a lone {@code -}: by payload
 * @param fields its time fields as submitted
 * @param recurrence the times that they stand for
 * @param payload that of the jobs it makes
 * @param mark which submit made it what it is, as the store knows it; null: no store has it yet
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and never changed.
public record StoredSchedule(
    long handle,
    byte[] function,
    byte[] unique,
    String fields,
    Recurrence recurrence,
    byte[] payload,
    String mark) {

  /** One that no store has yet. */
  public StoredSchedule(
      long handle,
      byte[] function,
      byte[] unique,
      String fields,
      Recurrence recurrence,
      byte[] payload) {
    this(handle, function, unique, fields, recurrence, payload, null);
  }
}
