package io.abraxas.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A map of unique ids whose operations complete when a test says so. */
final class ManualUniques implements UniqueMap {
  /** Of the id {@code u} and the function {@code f}, which most tests use. */
  private static final String KEY = "f\0u";

  /** All that was asked for, in order. */
  final List<Call> calls = new CopyOnWriteArrayList<>();

  /** Thrown by every call instead of doing anything; null: nothing is. */
  volatile RuntimeException refusal;

  /**
   * One operation: {@code put}, {@code replace} or {@code remove}.
   *
   * @param known what is to be replaced or removed; null: nothing
   * @param value what is to be there; null: nothing
   */
  record Call(
      String operation,
      String key,
      ByteBuffer known,
      ByteBuffer value,
      CompletableFuture<Object> result) {
    void succeed(Object answer) {
      result.complete(answer);
    }

    void fail() {
      result.completeExceptionally(new IllegalStateException("no backup"));
    }
  }

  @Override
  public CompletionStage<byte[]> putIfAbsent(String key, byte[] value) {
    return add("put", key, null, value);
  }

  @Override
  public CompletionStage<Boolean> replace(String key, byte[] known, byte[] value) {
    return add("replace", key, known, value);
  }

  @Override
  public CompletionStage<Boolean> remove(String key, byte[] known) {
    return add("remove", key, known, null);
  }

  @SuppressWarnings("unchecked") // Whoever completes it knows of what.
  private <T> CompletionStage<T> add(String operation, String key, byte[] known, byte[] value) {
    RuntimeException thrown = refusal;
    if (thrown != null) {
      throw thrown;
    }
    Call call = new Call(operation, key, wrap(known), wrap(value), new CompletableFuture<>());
    calls.add(call);
    return (CompletionStage<T>) call.result;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  /** Waits for this to be the operation with this number, from 0. */
  Call put(int index, byte[] value) {
    return expect(index, "put", null, value);
  }

  Call replace(int index, byte[] known, byte[] value) {
    return expect(index, "replace", known, value);
  }

  Call remove(int index, byte[] known) {
    return expect(index, "remove", known, null);
  }

  private Call expect(int index, String operation, byte[] known, byte[] value) {
    Call call = at(index);
    assertThat(call.operation).isEqualTo(operation);
    assertThat(call.key).isEqualTo(KEY);
    assertThat(call.known).isEqualTo(wrap(known));
    assertThat(call.value).isEqualTo(wrap(value));
    return call;
  }

  /** Waits for the operation with this number, from 0. */
  Call at(int index) {
    UniqueNode.soon().until(() -> calls.size() > index);
    return calls.get(index);
  }
}
