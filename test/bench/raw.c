/* A bare client: full TLS 1.3 handshake with a client certificate, OPTIONS, its answer; at a pace, for whoever measures.
 *   raw FILE-OF-EDGES CA CERT KEY PER-SECOND
 * An edge a line: address port host. It goes round until it is killed. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS 16
#define MOST_EDGES 65536

struct edge {
  struct sockaddr_in at;
  char host[128];
};

static struct edge *edges;
static size_t count;
static SSL_CTX *context;
static double per_second;
static struct timespec start;

static int request(char *into, size_t room, const char *host) {
  return snprintf(into, room,
                  "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/TLS mon.example;branch=z9hG4bK4d7f0a61c2e94b8fa1f3d2c5b6e7a890;rport\r\n"
                  "Max-Forwards: 70\r\nTo: <sip:%s>\r\nFrom: <sip:mon.example>;tag=9f2c61d7\r\n"
                  "Call-ID: 7a1e5b2c9d3f4e6a8b0c1d2e3f4a5b6c@mon.example\r\nCSeq: 1 OPTIONS\r\n"
                  "Contact: <sip:mon.example;transport=tls>\r\nUser-Agent: bench (+https://mon.example/probing)\r\n"
                  "Accept: application/sdp\r\nContent-Length: 0\r\n\r\n",
                  host, host);
}

static void probe(const struct edge *edge) {
  char text[2048];
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  SSL *ssl = SSL_new(context);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  SSL_set_tlsext_host_name(ssl, edge->host);
  SSL_set1_host(ssl, edge->host);
  SSL_set_fd(ssl, fd);
  if (connect(fd, (const struct sockaddr *)&edge->at, sizeof edge->at) == 0 && SSL_connect(ssl) == 1) {
    SSL_write(ssl, text, request(text, sizeof text, edge->host));
    int got = SSL_read(ssl, text, sizeof text - 1);
    if (got < 12 || strncmp(text, "SIP/2.0 200 ", 12) != 0) fprintf(stderr, "%s: no answer\n", edge->host);
    SSL_shutdown(ssl);
  } else {
    fprintf(stderr, "%s: not connected, %s\n", edge->host, strerror(errno));
  }
  SSL_free(ssl);
  close(fd);
}

/* Each thread has every THREADSth instant, so that one that waits holds no other up. */
static void *paced(void *first) {
  for (size_t n = (size_t)first;; n += THREADS) {
    double due = (double)start.tv_sec + (double)start.tv_nsec / 1e9 + (double)n / per_second;
    struct timespec at = {(time_t)due, (long)((due - (double)(time_t)due) * 1e9)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) continue;
    probe(&edges[n % count]);
  }
  return NULL;
}

static int load(const char *name) {
  char address[64];
  int port;
  FILE *file = fopen(name, "r");
  edges = calloc(MOST_EDGES, sizeof *edges);
  if (file == NULL || edges == NULL) return 0;
  while (count < MOST_EDGES && fscanf(file, "%63s %d %127s", address, &port, edges[count].host) == 3) {
    edges[count].at.sin_family = AF_INET;
    edges[count].at.sin_port = htons((unsigned short)port);
    inet_pton(AF_INET, address, &edges[count].at.sin_addr);
    count++;
  }
  fclose(file);
  return count > 0;
}

int main(int argc, char **argv) {
  pthread_t threads[THREADS];
  if (argc == 2 && strcmp(argv[1], "--version") == 0) return puts(OpenSSL_version(OPENSSL_VERSION)) < 0;
  signal(SIGPIPE, SIG_IGN);
  context = SSL_CTX_new(TLS_client_method());
  if (argc != 6 || context == NULL || !load(argv[1])) return 2;
  per_second = atof(argv[5]);
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  if (SSL_CTX_load_verify_locations(context, argv[2], NULL) != 1 ||
      SSL_CTX_use_certificate_chain_file(context, argv[3]) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, argv[4], SSL_FILETYPE_PEM) != 1)
    return 2;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (size_t n = 0; n < THREADS; n++) pthread_create(&threads[n], NULL, paced, (void *)n);
  for (size_t n = 0; n < THREADS; n++) pthread_join(threads[n], NULL);
  return 0;
}
