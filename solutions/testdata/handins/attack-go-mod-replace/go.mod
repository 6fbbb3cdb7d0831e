module example/websockets

go 1.26.0

replace example/websockets/internal/steps => ./mine
