package app;

/** What a client was told of an image: probabilities in the classes' order, and the best class. */
record Answer(float[] probabilities, int classId) {}
