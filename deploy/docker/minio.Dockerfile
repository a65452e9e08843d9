# MinIO, built from the source of the version that the tests run (deploy/s3node/node.py). AGPL-3.0: a program of its own
# beside ours, spoken to over the network.
FROM golang:1.26-bookworm AS build
RUN CGO_ENABLED=0 GOFLAGS=-trimpath go install -ldflags="-s -w" github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10002 minio \
    && install -d -o minio -g minio /evidence
COPY --from=build /go/bin/minio /usr/local/bin/minio
USER minio
VOLUME /evidence
EXPOSE 9000
ENTRYPOINT ["minio"]
CMD ["server", "/evidence", "--address", ":9000", "--certs-dir", "/tmp/certs"]
