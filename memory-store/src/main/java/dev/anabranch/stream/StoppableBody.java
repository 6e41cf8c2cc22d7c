package dev.anabranch.stream;

import java.net.http.HttpResponse.BodySubscriber;

/** Takes a body in, until it is stopped: which gives the connection up. */
interface StoppableBody extends BodySubscriber<Payload> {

    void stop();
}
