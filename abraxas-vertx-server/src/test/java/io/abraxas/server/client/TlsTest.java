package io.abraxas.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.server.interop.ServerUnderTest;
import io.abraxas.vertx.ConnectionErrorException;
import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanClientOptions;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.ServerOptions;
import io.abraxas.vertx.SubmitTimeoutException;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerOptions;
import io.vertx.core.Promise;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The socket options of a client reach its sockets: TLS, to a terminator before the server. */
class TlsTest extends ClientTest {
  private static final String HOST = "localhost";
  private static SelfSignedCertificate certificate;

  private NetServer terminator;

  TlsTest() {
    super(ServerUnderTest.Kind.ABRAXAS);
  }

  @BeforeAll
  static void makeCertificate() {
    certificate = SelfSignedCertificate.create(HOST);
  }

  @AfterAll
  static void deleteCertificate() {
    certificate.delete();
  }

  @BeforeEach
  void startTerminator() {
    NetClient plain = vertx.createNetClient();
    terminator =
        vertx
            .createNetServer(
                new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()))
            .connectHandler(near -> forward(near, plain))
            // A client that refuses the certificate: what that test is about.
            .exceptionHandler(refused -> {});
    Await.result(terminator.listen(0, "127.0.0.1"));
  }

  private void forward(NetSocket near, NetClient plain) {
    near.pause();
    near.exceptionHandler(e -> {});
    plain
        .connect(server.port(), "127.0.0.1")
        .onComplete(
            far -> {
              far.exceptionHandler(e -> {});
              near.pipeTo(far);
              far.pipeTo(near);
            },
            e -> near.close());
  }

  private String secureAddress() {
    return HOST + ":" + terminator.actualPort();
  }

  private static NetClientOptions tls() {
    return new NetClientOptions().setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
  }

  private static NetClientOptions trusting() {
    return tls().setTrustOptions(certificate.trustOptions());
  }

  private GearmanClientOptions secure(NetClientOptions net) {
    return new GearmanClientOptions()
        .addServer(secureAddress())
        .setReconnectDelay(5)
        .setMaxReconnectDelay(50)
        .setNetClientOptions(net);
  }

  @Test
  void jobsAndStreamsGoOverTls() {
    GearmanClient client = client(secure(trusting()));
    client.registerStreamWorker("through", new WorkerOptions().setStreaming(true), task -> task);
    assertThat(Await.result(client.submitJob("through", "in secret").resultText()))
        .isEqualTo("in secret");
    long length = 1024 * 1024;
    Task task = client.submit(new JobRequest("through").setPayloadLength(length));
    AtomicLong read = new AtomicLong();
    Promise<Void> end = Promise.promise();
    task.exceptionHandler(end::tryFail).endHandler(end::tryComplete);
    task.handler(piece -> read.addAndGet(piece.length()));
    new Zeros(vertx, length, new AtomicLong()).pipeTo(task);
    Await.result(end.future());
    assertThat(read).hasValue(length);
  }

  @Test
  void everyServerMayHaveSocketOptionsOfItsOwn() {
    String plain = "127.0.0.1:" + server.port();
    GearmanClient client =
        client(
            options()
                .addServer(new ServerOptions(secureAddress()).setNetClientOptions(trusting())));
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(client.connectedServers()).containsOnly(plain, secureAddress()));
    assertThat(Await.result(client.admin().version())).containsOnlyKeys(plain, secureAddress());
  }

  @Test
  void untrustedCertificateIsAConnectionErrorAndNothingIsSent() {
    GearmanClient client = client(secure(tls()).setSubmitTimeout(500));
    Promise<Throwable> error = Promise.promise();
    client.connectionErrorHandler(error::tryComplete);
    assertThat(Await.result(error.future()))
        .isInstanceOf(ConnectionErrorException.class)
        .hasMessageContaining(secureAddress())
        .hasRootCauseInstanceOf(CertPathBuilderException.class)
        .satisfies(e -> assertThat(e.getCause()).isInstanceOf(SSLHandshakeException.class));
    assertThat(Await.failure(client.submitJob("f", "in secret").result()))
        .isInstanceOfSatisfying(
            SubmitTimeoutException.class,
            e -> assertThat(e.outcome()).isEqualTo(JobOutcome.NEVER_SENT))
        .hasCauseInstanceOf(ConnectionErrorException.class)
        .hasRootCauseInstanceOf(CertPathBuilderException.class);
    assertThat(client.connectedServers()).isEmpty();
  }

  @Test
  void certificateOfAnotherNameIsAConnectionErrorAndNothingIsSent() {
    // Trusted, and made out to localhost.
    String byNumber = "127.0.0.1:" + terminator.actualPort();
    GearmanClient client =
        client(
            new GearmanClientOptions()
                .addServer(byNumber)
                .setNetClientOptions(trusting())
                .setReconnectDelay(5)
                .setSubmitTimeout(500));
    Promise<Throwable> error = Promise.promise();
    client.connectionErrorHandler(error::tryComplete);
    assertThat(Await.result(error.future()))
        .isInstanceOf(ConnectionErrorException.class)
        .hasMessageContaining(byNumber)
        .hasRootCauseInstanceOf(CertificateException.class);
    assertThat(Await.failure(client.submitJob("f", "in secret").result()))
        .isInstanceOf(SubmitTimeoutException.class)
        .hasCauseInstanceOf(ConnectionErrorException.class)
        .hasRootCauseInstanceOf(CertificateException.class);
    assertThat(client.connectedServers()).isEmpty();
  }
}
