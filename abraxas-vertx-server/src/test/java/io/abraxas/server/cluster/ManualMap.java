package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A map of Hazelcast's whose operations complete when a test says so. */
final class ManualMap {
  /** All that was asked for, in order. */
  final List<Call> calls = new CopyOnWriteArrayList<>();

  /** Thrown by every call instead of doing anything; null: nothing is. */
  volatile RuntimeException refusal;

  /** One operation: {@code get}, {@code set}, {@code remove}, or {@code delete}, which blocks. */
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

  @SuppressWarnings("unchecked") // A proxy is of no class that knows its parameters.
  IMap<String, byte[]> map() {
    return (IMap<String, byte[]>)
        Proxy.newProxyInstance(
            IMap.class.getClassLoader(),
            new Class<?>[] {IMap.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getAsync" -> add("get", arguments[0], null).result;
                  case "setAsync" -> add("set", arguments[0], (byte[]) arguments[1]).result;
                  case "removeAsync" -> add("remove", arguments[0], null).result;
                  case "delete" -> {
                    add("delete", arguments[0], null).result.join();
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private Call add(String operation, Object key, byte[] value) {
    RuntimeException thrown = refusal;
    if (thrown != null) {
      throw thrown;
    }
    Call call = new Call(operation, (String) key, value, new CompletableFuture<>());
    calls.add(call);
    return call;
  }

  Call last() {
    return calls.get(calls.size() - 1);
  }
}
