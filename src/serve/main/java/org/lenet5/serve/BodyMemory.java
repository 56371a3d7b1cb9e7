package org.lenet5.serve;

import com.linecorp.armeria.common.FilteredHttpResponse;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.atomic.AtomicLong;
import org.lenet5.serve.model.Reason;
import org.lenet5.serve.model.ServeException;
import org.reactivestreams.Subscriber;

/**
 * Counts the bytes of all requests that are being received or answered. What is more than the limit
 * is refused, however many connections there are.
 */
final class BodyMemory implements DecoratingHttpServiceFunction {
  private final AtomicLong taken = new AtomicLong();
  private final long most;

  BodyMemory(long most) {
    this.most = most;
  }

  @Override
  public HttpResponse serve(HttpService service, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    AtomicLong own = new AtomicLong();
    Runnable giveBack = () -> taken.addAndGet(-own.getAndSet(0));
    context.log().whenComplete().thenRun(giveBack); // who gets no answer, and what comes after it
    HttpRequest counted =
        request.peekData(
            data -> {
              own.addAndGet(data.length());
              if (taken.addAndGet(data.length()) > most) {
                throw new ServeException(
                    Reason.RESOURCE_EXHAUSTED,
                    "the requests that are being answered have more than " + most + " bytes");
              }
            });
    context.updateRequest(counted);
    return new Answer(service.serve(context, counted), giveBack);
  }

  /** Gives back before the answer is sent: who has it finds the room that its request took. */
  private static final class Answer extends FilteredHttpResponse {
    private final Runnable giveBack;

    Answer(HttpResponse response, Runnable giveBack) {
      super(response);
      this.giveBack = giveBack;
    }

    @Override
    protected HttpObject filter(HttpObject part) {
      giveBack.run();
      return part;
    }

    @Override
    protected Throwable beforeError(Subscriber<? super HttpObject> to, Throwable cause) {
      giveBack.run();
      return cause;
    }
  }
}
