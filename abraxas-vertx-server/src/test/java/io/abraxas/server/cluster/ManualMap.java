package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A map whose operations complete when a test says so. */
final class ManualMap implements JobMap {
  /** All that was asked for, in order. */
  final List<Call> calls = new CopyOnWriteArrayList<>();

  /** Thrown by every call instead of doing anything; null: nothing is. */
  volatile RuntimeException refusal;

  /** One operation: {@code get}, {@code set}, {@code set all} or {@code remove}. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  record Call(String operation, String key, byte[] value, CompletableFuture<byte[]> result) {
    void succeed() {
      result.complete(null);
    }

    void fail() {
      result.completeExceptionally(new IllegalStateException("no backup"));
    }

    @Override
    public String toString() {
      return operation + " " + key.substring(key.indexOf('.') + 1);
    }
  }

  /** The same as a map of Hazelcast's. */
  @SuppressWarnings("unchecked") // A proxy is of no class that knows its parameters.
  IMap<String, byte[]> map() {
    return (IMap<String, byte[]>)
        Proxy.newProxyInstance(
            IMap.class.getClassLoader(),
            new Class<?>[] {IMap.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getAsync" -> add("get", (String) arguments[0], null).result;
                  case "setAsync" -> set((String) arguments[0], (byte[]) arguments[1]);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Override
  public CompletionStage<?> set(String key, byte[] record) {
    return add("set", key, record).result;
  }

  /** Told as one call for all of them. */
  @Override
  public CompletionStage<?> setAll(List<String> keys, List<byte[]> records) {
    List<String> numbers = new ArrayList<>();
    keys.forEach(key -> numbers.add(key.substring(key.indexOf('.') + 1)));
    return add("set all", "." + String.join(" ", numbers), null).result;
  }

  @Override
  public CompletionStage<?> remove(String key) {
    return add("remove", key, null).result;
  }

  private Call add(String operation, String key, byte[] value) {
    RuntimeException thrown = refusal;
    if (thrown != null) {
      throw thrown;
    }
    Call call = new Call(operation, key, value, new CompletableFuture<>());
    calls.add(call);
    return call;
  }

  Call last() {
    return calls.get(calls.size() - 1);
  }
}
